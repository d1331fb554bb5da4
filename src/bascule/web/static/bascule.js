// Keys for lists: / searches, j and k move, Enter opens. Off while typing (WCAG 2.1.4), and off
// for good where somebody has said so on their own device (localStorage "bascule-keys" = "off").
(() => {
  const rows = () => [...document.querySelectorAll("[data-row] a[data-open]")];
  const typing = (place) => place.closest("input, textarea, select, [contenteditable]");
  const move = (by) => {
    const all = rows();
    const here = all.indexOf(document.activeElement);
    const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
    if (next) next.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (localStorage.getItem("bascule-keys") === "off") return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "/") {
      event.preventDefault();
      document.querySelector("input[type=search]")?.focus();
    }
  });
})();
