// Small parts of several views.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import type { Problem } from "./request";

/** The heading of a view. It gets the focus, so that a keyboard starts at the view. */
export function Heading({ children, title }: { children: ComponentChildren; title: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} - Latchkey console`;
  }, [title]);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

/** A name from the API. Its direction does not change the text around it. */
export function Name({ children }: { children: string }) {
  return <bdi class="name">{children}</bdi>;
}

type CopyProps = {
  /** Such as `client ID`. */
  what: string;
  of?: string;
  text: string;
  announce: (message: string) => void;
};

export function CopyButton({ what, of, text, announce }: CopyProps) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      announce(`Copied the ${what}${of ? ` of ${of}` : ""}.`);
    } catch {
      announce(`The browser did not copy the ${what}. Select the text and copy it.`);
    }
  };
  return (
    <button type="button" class="small" onClick={copy}>
      Copy {what}
      {of && <span class="hidden"> of {of}</span>}
    </button>
  );
}

type ProblemsProps = {
  problems: Problem[];
  id?: string;
  /** Loads the current state of what was changed meanwhile. */
  onReload?: () => void;
};

/** Errors of the API beside what caused them. */
export function Problems({ problems, id, onReload }: ProblemsProps) {
  if (problems.length === 0) {
    return null;
  }
  const isOutdated = problems.some(({ code = "" }) => OUTDATED.includes(code));
  return (
    <div class="problems" role="alert" id={id}>
      {onReload && isOutdated ? (
        <>
          <p>This page is out of date. Your change was not made.</p>
          <button type="button" onClick={onReload}>
            Load its current state
          </button>
        </>
      ) : (
        problems.map((problem) => (
          <p>
            {problem.detail}
            {problem.status && (
              <small>
                {" "}
                {problem.title}, {problem.status}
              </small>
            )}
          </p>
        ))
      )}
    </div>
  );
}

/** The codes of requests that found another state than the one that the person has seen. */
const OUTDATED = ["precondition_failed", "secrets_changed", "grants_changed"];

type ConfirmProps = {
  title: ComponentChildren;
  action: string;
  kind?: "danger" | "primary";
  children: ComponentChildren;
  /** Returns the problems, or `undefined` after a success. */
  onConfirm: () => Promise<Problem[] | undefined>;
  onClose: () => void;
  onReload: () => void;
};

/** A dialog that asks before an action. Escape cancels it. */
export function Confirm(props: ConfirmProps) {
  const { title, action, kind = "danger", children, onConfirm, onClose, onReload } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<Problem[]>([]);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  // Closing returns the focus to the button that opened the dialog, and ends in `onClose`.
  const close = () => dialog.current?.close();
  const confirm = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const problems = await onConfirm();
    setBusy(false);
    if (problems) {
      setProblems(problems);
    } else {
      close();
    }
  };
  const reload = () => {
    close();
    onReload();
  };
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={onClose}>
      <form noValidate onSubmit={confirm}>
        {/* As the first element that can have the focus, it gets it: a second Enter confirms nothing. */}
        <h2 id={heading} tabIndex={-1}>
          {title}
        </h2>
        {children}
        <Problems problems={problems} onReload={reload} id="problem-dialog" />
        <div class="buttons">
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class={kind} disabled={busy}>
            {action}
          </button>
        </div>
      </form>
    </dialog>
  );
}

type ChoiceProps = {
  name: string;
  checked: boolean;
  onChoose: () => void;
  children: ComponentChildren;
};

/** One of several values. */
export function Choice({ name, checked, onChoose, children }: ChoiceProps) {
  return (
    <label class="choice">
      <input type="radio" name={name} checked={checked} onChange={onChoose} />
      {children}
    </label>
  );
}

/** A time as the person's clock shows it. */
export function Time({ seconds }: { seconds: number }) {
  const date = new Date(seconds * 1000);
  const text = date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  return <time dateTime={date.toISOString()}>{text}</time>;
}

/** A day of UTC, as its first second. */
export function Day({ seconds }: { seconds: number }) {
  const date = new Date(seconds * 1000);
  const text = date.toLocaleDateString(undefined, { dateStyle: "medium", timeZone: "UTC" });
  return <time dateTime={date.toISOString().slice(0, 10)}>{text} (UTC)</time>;
}

/** Keeps the keyboard in the view after the element with the focus is gone. */
export function keepFocus() {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) {
      document.querySelector("h1")?.focus();
    }
  });
}
