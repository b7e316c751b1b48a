/** Starts the client: to be written. */
const root = document.querySelector("#app")
if (root) root.textContent = "Tallybook"
