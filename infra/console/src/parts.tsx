// Small parts of several views.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import type { Problem } from "./api";

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

/** Errors of the API beside what caused them. */
export function Problems({ problems, id }: { problems: Problem[]; id?: string }) {
  if (problems.length === 0) {
    return null;
  }
  return (
    <div class="problems" role="alert" id={id}>
      {problems.map((problem) => (
        <p>
          {problem.detail}
          {problem.status && (
            <small>
              {" "}
              {problem.title}, {problem.status}
            </small>
          )}
        </p>
      ))}
    </div>
  );
}

type ConfirmProps = {
  title: ComponentChildren;
  action: string;
  children: ComponentChildren;
  /** Returns the problems, or `undefined` after a success. */
  onConfirm: () => Promise<Problem[] | undefined>;
  onClose: () => void;
};

/** A dialog that asks before an action. Escape cancels it. */
export function Confirm({ title, action, children, onConfirm, onClose }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<Problem[]>([]);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  // Closing returns the focus to the button that opened the dialog, and ends in `onClose`.
  const close = () => dialog.current?.close();
  const confirm = async () => {
    setBusy(true);
    const problems = await onConfirm();
    setBusy(false);
    if (problems) {
      setProblems(problems);
    } else {
      close();
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={onClose}>
      <h2 id={heading}>{title}</h2>
      {children}
      <Problems problems={problems} />
      <div class="buttons">
        <button type="button" onClick={close}>
          Cancel
        </button>
        <button type="button" class="danger" disabled={busy} onClick={confirm}>
          {action}
        </button>
      </div>
    </dialog>
  );
}
