// Keys for lists: / searches, j and k move, x chooses, Enter opens. Off while typing (WCAG 2.1.4), and off
// for good where somebody has said so on their own device (localStorage "bascule-keys" = "off").
(() => {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  const rows = () => [...document.querySelectorAll("[data-row] a[data-open]")];
  const typing = (place) => place.closest("input, textarea, select, [contenteditable]");
  const move = (by) => {
    const all = rows();
    const here = all.indexOf(document.activeElement);
    const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
    if (next) next.focus();
    else document.querySelector(`.near [rel=${by > 0 ? "next" : "prev"}]`)?.click(); // no list here
  };
  document.addEventListener("keydown", (event) => {
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (localStorage.getItem("bascule-keys") === "off") return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "x") document.activeElement.closest("[data-row]")?.querySelector(".pick input")?.click();
    else if (event.key === "/") {
      event.preventDefault();
      document.querySelector("input[type=search]")?.focus();
    }
  });
})();

// What was just done can be undone: z does it, and the offer goes after ten seconds unless it is looked at.
(() => {
  const toast = document.querySelector("[data-toast]");
  if (!toast) return;
  let leaving = 0;
  const leave = () => (leaving = setTimeout(() => (toast.hidden = true), 10000));
  const stay = () => clearTimeout(leaving);
  for (const comes of ["mouseenter", "focusin"]) toast.addEventListener(comes, stay);
  for (const goes of ["mouseleave", "focusout"]) toast.addEventListener(goes, leave);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "z" || event.ctrlKey || event.metaKey || event.altKey || toast.hidden) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (localStorage.getItem("bascule-keys") !== "off") toast.querySelector("button").click();
  });
  leave();
})();

// Rows are chosen for a form: all of the page at once, and the button says how many.
(() => {
  const all = document.querySelector("[data-choose-all]");
  if (!all) return;
  const boxes = [...document.querySelectorAll(".pick input")];
  const told = document.querySelector("[data-chosen]");
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    told.textContent = chosen ? chosen : "";
    all.firstElementChild.checked = chosen === boxes.length;
  };
  all.hidden = false;
  all.addEventListener("change", (event) => {
    for (const box of boxes) box.checked = event.target.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener("change", tell);
  tell(); // a browser that goes back keeps what was ticked
})();

// Jump: Ctrl K opens it, letters find, arrows choose, Enter opens, Shift Enter logs a contact.
(() => {
  const dialog = document.getElementById("jump");
  if (!dialog) return;
  const [input, list] = [dialog.querySelector("input"), dialog.querySelector("ul")];
  let asked = 0;
  let shown = null; // the letters that the list answers
  let soon = 0;
  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");
  const choose = (option) => {
    chosen()?.removeAttribute("aria-selected");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option?.id ?? "");
  };
  const find = async () => {
    const turn = ++asked;
    const letters = input.value;
    const answer = await fetch(`${dialog.dataset.from}?q=${encodeURIComponent(letters)}`);
    if (turn !== asked) return; // something newer was typed meanwhile
    if (answer.redirected || !answer.ok) return location.reload(); // signed out
    list.innerHTML = await answer.text();
    shown = letters;
    choose(options()[0]);
  };
  const open = () => {
    dialog.showModal();
    input.select();
    find();
  };
  const go = (withContact) => {
    const link = chosen()?.querySelector("a");
    if (!link) return;
    dialog.close();
    location.assign(withContact ? (link.dataset.contact ?? link.href) : link.href);
  };
  document.querySelector("[data-jump]")?.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (!dialog.open) open();
  });
  input.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(find, 60);
  });
  input.addEventListener("keydown", async (event) => {
    const place = options().indexOf(chosen());
    if (event.key === "ArrowDown") choose(options()[Math.min(place + 1, options().length - 1)]);
    else if (event.key === "Escape") dialog.close(); // a search field would only empty itself
    else if (event.key === "ArrowUp") choose(options()[Math.max(place - 1, 0)]);
    else if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(soon);
      if (shown !== input.value) await find(); // what was typed last counts
      go(event.shiftKey);
      return;
    } else return;
    event.preventDefault();
  });
})();

// Ctrl Enter sends the form in which one writes.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key !== "Enter") return;
  const form = event.target.closest("textarea")?.form;
  if (form && form.reportValidity()) form.requestSubmit();
});

// What is typed into a form is kept for who types it, and comes back, until it is sent or discarded.
(() => {
  const keep = (told) => {
    const form = told.closest("form");
    const [words, name] = [told.querySelector("span"), form.elements.namedItem("draft")];
    let soon = 0;
    let saving = null;
    const say = (text, at) => {
      words.textContent = text.replace("%s", at);
      told.hidden = false;
    };
    const send = async (body) => {
      body.set("kept", name.value);
      const signal = AbortSignal.timeout(5000);
      const answer = await fetch(told.dataset.draft, { method: "POST", body, keepalive: true, signal });
      return answer.redirected ? {} : answer.json(); // whoever is signed out is led to the door
    };
    const isTyped = (field) =>
      field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
      : field.options ? !field.selectedOptions[0]?.defaultSelected && field.selectedIndex > 0
      : field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
    const empty = () => {
      const body = new FormData();
      body.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
      return body;
    };
    const waitNoLonger = () => {
      clearTimeout(soon);
      soon = 0;
    };
    const save = async () => {
      waitNoLonger();
      name.disabled = false;
      const body = empty();
      for (const field of form.elements) if (field.name && isTyped(field)) body.set(field.name, field.value);
      saving = send(body).catch(() => ({}));
      const kept = await saving;
      saving = null;
      if (kept.at === "") told.hidden = true;
      else if (kept.at) say(told.dataset.says, kept.at);
      else say(kept.problem ?? told.dataset.lost, "");
    };
    const bring = (fields) => {
      for (const [key, value] of Object.entries(fields)) {
        const field = form.elements.namedItem(key);
        if (field?.type === "checkbox") field.checked = true;
        else if (field) field.value = value;
      }
      const folded = form.closest("details") ?? form.querySelector("details");
      if (folded) folded.open = true;
      say(told.dataset.was, told.dataset.at);
    };
    form.addEventListener("input", () => {
      clearTimeout(soon);
      soon = setTimeout(save, 2000);
    });
    form.addEventListener("submit", (event) => {
      waitNoLonger();
      if (!saving) return;
      event.preventDefault();  // a draft that is kept after its form was sent would come back
      saving.then(() => form.requestSubmit(event.submitter));
    });
    document.addEventListener("visibilitychange", () => document.hidden && soon && save());
    told.querySelector("button").addEventListener("click", () => {
      waitNoLonger();
      Promise.resolve(saving).then(() => send(empty()));
      form.reset();
      told.hidden = true;
    });
    if (told.dataset.kept) bring(JSON.parse(told.dataset.kept));
  };
  document.querySelectorAll("[data-draft]").forEach(keep);
})();

// Who types on a case is told to others who have it open; while typing one hears of them.
document.querySelectorAll("[data-here]").forEach((told) => {
  const BEAT = 30_000;
  let last = 0;
  const isTyping = () => document.activeElement?.matches("main form :is(input:not([type=hidden]), textarea, select)");
  const beat = async () => {
    if (document.hidden || !isTyping() || Date.now() - last < BEAT) return;
    last = Date.now();
    const body = new FormData();
    body.set("csrfmiddlewaretoken", document.querySelector("main [name=csrfmiddlewaretoken]").value);
    const answer = await fetch(told.dataset.here, { method: "POST", body, redirect: "error" }).catch(() => null);
    if (answer?.ok) told.innerHTML = await answer.text();
  };
  document.addEventListener("focusin", beat);
  document.addEventListener("input", beat);
  setInterval(beat, BEAT);
});
