// Passkeys: a button with data-passkey begins by a POST to data-begin, asks the browser, and
// submits its form with the answer in "credential". "get" signs in, "create" adds a passkey.
(() => {
  const begin = async (button, form) => {
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(button.dataset.begin, {
      method: "POST",
      headers: { "X-CSRFToken": token, Accept: "application/json" },
    });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return answer.json();
  };
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.hidden = !window.PublicKeyCredential;
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      const form = button.form;
      const problem = form.querySelector("[data-problem]");
      try {
        const options = await begin(button, form);
        const credential = await window.webauthnJSON[button.dataset.passkey](options);
        form.querySelector("[name=credential]").value = JSON.stringify(credential);
        form.submit();
      } catch (fault) {
        problem.hidden = false;
      }
    });
  }
  document.querySelector("form[data-at-once]")?.requestSubmit();
})();
