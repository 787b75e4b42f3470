// The secrets of one App Client, and the dialogs that change them.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import * as api from "./api";
import { Choice, Confirm, Day, Name, Time } from "./parts";
import { ApiError } from "./request";
import { problemsOf, type Session } from "./session";

type Props = {
  client: api.Current;
  /** The secrets that work, oldest first: at most two. */
  secrets: api.ClientSecret[];
  /** Whether the console is signed in as this App Client. */
  isOwn: boolean;
  session: Session;
  /** Shows a new secret. `replaces` says whether an earlier one no longer works. */
  onSecret: (secret: string | undefined, replaces: boolean) => void;
  /** Loads the state after a change. */
  onChange: () => void;
  onReload: () => void;
};

type Asking =
  | { action: "rotate" | "add" }
  | { action: "change" | "delete"; secret: api.ClientSecret };

/** What a person chose as the end of a secret. */
type End = { isSet: boolean; days: string };

const DAY = 86_400;

/** A secret that ends within these days ends soon. The service counts its uses from then on. */
const SOON = 14;

const OVERLAPS: [seconds: number, text: string][] = [
  [0, "stops working at once"],
  [3600, "works for 1 more hour"],
  [DAY, "works for 1 more day"],
  [7 * DAY, "works for 7 more days"],
];

export function Secrets(props: Props) {
  const { client, secrets, isOwn, session, onSecret, onChange, onReload } = props;
  const [asking, setAsking] = useState<Asking>();
  // What a person chose stays until it is done, also when a dialog closes to show a new state.
  const [overlap, setOverlap] = useState(0);
  const [ends, setEnds] = useState<Record<string, End>>({});
  const newest = secrets.at(-1);
  const older = secrets.length > 1 ? secrets[0] : undefined;

  const chosen = asking && "secret" in asking ? asking.secret : undefined;
  const endOf = chosen?.id ?? "new";
  const end = ends[endOf] ?? { isSet: Boolean(chosen?.attributes.expiresAt), days: "90" };
  const endFields = <EndFields end={end} onEnd={(end) => setEnds({ ...ends, [endOf]: end })} />;

  const rotate = async () => {
    const { attributes } = await api.rotateSecret(client, overlap);
    onSecret(attributes.clientSecret, true);
    session.announce("The secret is rotated. The new one is shown once.");
  };
  const add = async () => {
    const { secret, replaced } = await api.addSecret(client, daysOf(end));
    onSecret(secret.attributes.clientSecret, replaced);
    session.announce("A secret is added. It is shown once.");
  };
  const change = async ({ id }: api.ClientSecret) => {
    await api.changeEnd(client, id, daysOf(end));
    session.announce("The end of the secret is changed.");
  };
  const remove = async ({ id }: api.ClientSecret) => {
    await api.removeSecret(client, id);
    session.announce("The secret is deleted.");
  };
  const done = () => {
    setOverlap(0);
    setEnds({});
    onChange();
  };

  return (
    <section aria-labelledby="secrets">
      <h2 id="secrets">Secrets</h2>
      {!newest && <p>This App Client has no secret.</p>}
      <ul class="rows">
        {secrets.map((secret) => (
          <Row
            key={secret.id}
            secret={secret}
            isNewest={Boolean(older) && secret === newest}
            onAsk={(action) => setAsking({ action, secret })}
          />
        ))}
      </ul>
      <div class="buttons">
        {newest && (
          <button type="button" onClick={() => setAsking({ action: "rotate" })}>
            Rotate secret
          </button>
        )}
        <button type="button" onClick={() => setAsking({ action: "add" })}>
          Add a secret
        </button>
      </div>
      {asking && dialog(asking)}
    </section>
  );

  function dialog(asking: Asking) {
    const confirm = (
      title: ComponentChildren,
      action: string,
      run: () => Promise<void>,
      content: ComponentChildren,
    ) => (
      <Confirm
        title={
          <>
            {title} <Name>{client.attributes.name}</Name>?
          </>
        }
        action={action}
        kind={asking.action === "add" || asking.action === "change" ? "primary" : "danger"}
        onConfirm={() => problemsOf(session, () => run().then(done))}
        onClose={() => setAsking(undefined)}
        onReload={onReload}
      >
        {content}
      </Confirm>
    );
    switch (asking.action) {
      case "rotate":
        return confirm(
          "Rotate the secret of",
          "Rotate secret",
          rotate,
          <>
            <fieldset>
              <legend>The old secret{newest && <>, {label(newest)},</>}</legend>
              {OVERLAPS.map(([seconds, text]) => (
                <Choice
                  name="overlap"
                  checked={overlap === seconds}
                  onChoose={() => setOverlap(seconds)}
                >
                  {text}
                </Choice>
              ))}
            </fieldset>
            {older && <p>The older secret, {label(older)}, stops working at once in any case.</p>}
            {newest?.attributes.expiresAt && (
              <p>
                The old secret ends at the latest at <Time seconds={newest.attributes.expiresAt} />.
                The new one is valid for the same number of days as the old one.
              </p>
            )}
            <p>Tokens stay valid until they expire.</p>
          </>,
        );
      case "add":
        return confirm(
          "Add a secret to",
          "Add a secret",
          add,
          <>
            {older && newest && (
              <p>
                The App Client has two secrets. The new one replaces the most recent one,{" "}
                {label(newest)}, which stops working at once.
              </p>
            )}
            {endFields}
          </>,
        );
      case "change":
        return confirm(
          <>Change the end of the secret {label(asking.secret)} of</>,
          "Change the end",
          () => change(asking.secret),
          endFields,
        );
      case "delete":
        return confirm(
          <>Delete the secret {label(asking.secret)} of</>,
          "Delete the secret",
          () => remove(asking.secret),
          <>
            <p>The secret stops working at once. Tokens stay valid until they expire.</p>
            {!older && <p>It is the only one. The App Client gets no tokens until you add a secret.</p>}
            {isOwn && (
              <p>
                The console is signed in as this App Client. If it uses this secret, you will be
                signed out.
              </p>
            )}
          </>,
        );
    }
  }
}

type RowProps = {
  secret: api.ClientSecret;
  isNewest: boolean;
  onAsk: (action: "change" | "delete") => void;
};

function Row({ secret, isNewest, onAsk }: RowProps) {
  const { createdAt, expiresAt, lastUsedOn } = secret.attributes;
  const endsSoon = expiresAt !== null && expiresAt - Date.now() / 1000 < SOON * DAY;
  const button = (action: "change" | "delete", text: string, which: string) => (
    <button type="button" class="small" onClick={() => onAsk(action)}>
      {text}
      <span class="hidden">
        {" "}
        {which} {label(secret)}
      </span>
    </button>
  );
  return (
    <li>
      <div class="row-head">
        {label(secret)}
        {isNewest && <span class="status">most recent</span>}
        {endsSoon && <span class="status soon">ends soon</span>}
      </div>
      <p class="hint">
        Created <Time seconds={createdAt} />.{" "}
        {expiresAt ? <>Ends <Time seconds={expiresAt} />.</> : "No end."}{" "}
        {lastUsedOn ? <>Last used <Day seconds={lastUsedOn} />.</> : "Never used."}
      </p>
      <div class="buttons">
        {button("change", "Change the end", "of the secret")}
        {button("delete", "Delete", "the secret")}
      </div>
    </li>
  );
}

/** What a person recognizes a secret by. Its last characters are unknown if only its hash was stored. */
function label({ attributes: { lastFour, createdAt } }: api.ClientSecret) {
  return lastFour ? (
    <code>…{lastFour}</code>
  ) : (
    <>
      created <Time seconds={createdAt} />
    </>
  );
}

function EndFields({ end, onEnd }: { end: End; onEnd: (end: End) => void }) {
  const { isSet, days } = end;
  return (
    <>
      <fieldset>
        <legend>End</legend>
        <Choice name="end" checked={!isSet} onChoose={() => onEnd({ isSet: false, days })}>
          No end
        </Choice>
        <Choice name="end" checked={isSet} onChoose={() => onEnd({ isSet: true, days })}>
          A number of days from now
        </Choice>
      </fieldset>
      {isSet && (
        <div class="field">
          <label for="days">Days, 30 to 365</label>
          <input
            id="days"
            type="text"
            inputMode="numeric"
            autocomplete="off"
            value={days}
            aria-describedby="problem-dialog"
            onInput={(event) => onEnd({ isSet: true, days: event.currentTarget.value })}
          />
        </div>
      )}
    </>
  );
}

function daysOf({ isSet, days }: End): api.Days {
  if (!isSet) {
    return null;
  }
  const number = /^\d{2,3}$/.test(days.trim()) ? Number(days) : 0;
  if (number < 30 || number > 365) {
    const detail = "Enter a whole number of days, from 30 to 365.";
    throw new ApiError([{ title: "Invalid value", detail }]);
  }
  return number;
}
