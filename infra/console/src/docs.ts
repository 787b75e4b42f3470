// The API reference: Swagger UI on the service's own OpenAPI document.

import { localCredentials } from "./sign_in";

declare const SwaggerUIBundle: (options: object) => {
  initOAuth: (options: { clientId: string; clientSecret: string }) => void;
};

const page = document.documentElement;

/** What Swagger UI's elements lack for screen readers: selector, attribute, value. */
const ATTRIBUTES: [selector: string, attribute: string, value: string][] = [
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
  [".modal-ux .btn.authorize[aria-label^='Remove']", "aria-label", "Logout"],
];

function complete(): void {
  for (const [selector, attribute, value] of ATTRIBUTES) {
    for (const element of document.querySelectorAll(selector)) {
      if (element.getAttribute(attribute) !== value) {
        element.setAttribute(attribute, value);
      }
    }
  }
  // A choice of values is named like its parameter.
  for (const row of document.querySelectorAll<HTMLElement>("tr[data-param-name]")) {
    for (const choice of row.querySelectorAll("select")) {
      if (!choice.hasAttribute("aria-label")) {
        choice.setAttribute("aria-label", row.dataset["paramName"] ?? "");
      }
    }
  }
  // What scrolls is reached with the keyboard.
  for (const element of document.querySelectorAll<HTMLElement>("#reference pre, .responses-inner")) {
    element.tabIndex = 0;
  }
}

/** The dialog takes the focus, at the button that gets a token, and returns it. */
let opener: HTMLElement | undefined;
function followDialog(): void {
  const dialog = document.querySelector(".modal-ux");
  if (dialog && !opener) {
    opener = document.activeElement as HTMLElement;
    const buttons = dialog.querySelectorAll<HTMLElement>(".btn.authorize, .close-modal");
    buttons[buttons.length - 1]?.focus();
  } else if (!dialog && opener) {
    opener.focus();
    opener = undefined;
  }
}

new MutationObserver(() => {
  complete();
  followDialog();
}).observe(page, { childList: true, subtree: true });
addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.querySelector<HTMLElement>(".modal-ux .close-modal")?.click();
  }
});

const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => page.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", paint);
paint();

const reference = SwaggerUIBundle({
  url: "/openapi.json",
  domNode: document.getElementById("reference"),
  // The document is this origin's own: no validator elsewhere. The token stays in memory.
  validatorUrl: null,
  requestInterceptor: (request: RequestInit) => {
    // Without this, the browser answers a 401 with a password dialog of its own.
    request.credentials = "omit";
    return request;
  },
  // The default theme's numbers have too little contrast.
  syntaxHighlight: { theme: "tomorrow-night" },
  persistAuthorization: false,
  defaultModelsExpandDepth: -1,
  tryItOutEnabled: true,
  onComplete: async () => {
    // Only "Authorize" shows them, so that a token is one click away.
    const credentials = await localCredentials();
    if (credentials) {
      reference.initOAuth(credentials);
    }
  },
});
