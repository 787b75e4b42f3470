// src/sign_in.ts
async function localCredentials() {
  const answer = await fetch("/console/credentials", { credentials: "omit" });
  if (!answer.ok) {
    return void 0;
  }
  const { client_id, client_secret } = await answer.json();
  return { clientId: client_id, clientSecret: client_secret };
}

// src/docs.ts
var page = document.documentElement;
var ATTRIBUTES = [
  [".information-container", "role", "region"],
  [".information-container", "aria-label", "About the API"],
  [".scheme-container", "role", "region"],
  [".scheme-container", "aria-label", "Server and authorization"],
  ["#servers", "aria-label", "Servers"],
  [".examples-select-element", "aria-label", "Example"],
  [".body-param__text", "aria-label", "Request body"],
  // The title is the first level, and no level may be left out.
  ["h3.opblock-tag", "aria-level", "2"],
  [".opblock-section-header h4", "aria-level", "3"],
  [".responses-inner h4", "aria-level", "4"],
  [".responses-inner h5", "aria-level", "5"],
  [".modal-ux", "role", "dialog"],
  [".modal-ux", "aria-modal", "true"],
  [".modal-ux", "aria-label", "Available authorizations"],
  [".modal-ux h3", "aria-level", "2"],
  [".modal-ux h4", "aria-level", "3"],
  [".modal-ux h6", "aria-level", "4"],
  [".close-modal", "aria-label", "Close"],
  // The name contains the text that the button shows.
  [".modal-ux .btn.authorize[aria-label^='Apply']", "aria-label", "Authorize"],
  [".modal-ux .btn.authorize[aria-label^='Remove']", "aria-label", "Logout"]
];
function complete() {
  for (const [selector, attribute, value] of ATTRIBUTES) {
    for (const element of document.querySelectorAll(selector)) {
      if (element.getAttribute(attribute) !== value) {
        element.setAttribute(attribute, value);
      }
    }
  }
  for (const row of document.querySelectorAll("tr[data-param-name]")) {
    for (const choice of row.querySelectorAll("select")) {
      if (!choice.hasAttribute("aria-label")) {
        choice.setAttribute("aria-label", row.dataset["paramName"] ?? "");
      }
    }
  }
  for (const element of document.querySelectorAll("#reference pre, .responses-inner")) {
    element.tabIndex = 0;
  }
}
var opener;
function followDialog() {
  const dialog = document.querySelector(".modal-ux");
  if (dialog && !opener) {
    opener = document.activeElement;
    const buttons = dialog.querySelectorAll(".btn.authorize, .close-modal");
    buttons[buttons.length - 1]?.focus();
  } else if (!dialog && opener) {
    opener.focus();
    opener = void 0;
  }
}
new MutationObserver(() => {
  complete();
  followDialog();
}).observe(page, { childList: true, subtree: true });
addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.querySelector(".modal-ux .close-modal")?.click();
  }
});
var dark = matchMedia("(prefers-color-scheme: dark)");
var paint = () => page.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", paint);
paint();
var reference = SwaggerUIBundle({
  url: "/openapi.json",
  domNode: document.getElementById("reference"),
  // The document is this origin's own: no validator elsewhere. The token stays in memory.
  validatorUrl: null,
  requestInterceptor: (request) => {
    request.credentials = "omit";
    return request;
  },
  // The default theme's numbers have too little contrast.
  syntaxHighlight: { theme: "tomorrow-night" },
  persistAuthorization: false,
  defaultModelsExpandDepth: -1,
  tryItOutEnabled: true,
  onComplete: async () => {
    const credentials = await localCredentials();
    if (credentials) {
      reference.initOAuth(credentials);
    }
  }
});
