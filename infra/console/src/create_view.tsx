// The view that creates an App Client.

import { useEffect } from "preact/hooks";

import { type Client, create } from "./api";
import { ClientForm } from "./client_form";
import type { Values } from "./form";
import { Heading } from "./parts";
import type { Session } from "./session";

export type Draft = Values;

type Props = {
  session: Session;
  onDraft: (draft: Draft) => void;
  onCreated: (client: Client) => void;
};

/** Nothing is chosen yet, so that the form sends what it shows. */
const NOTHING = {
  name: "",
  description: "",
  roles: "",
  accessPolicy: "",
  accessTokenLifetime: "",
  tokenQuota: "",
};

export function CreateView({ session, onDraft, onCreated }: Props) {
  const least = session.roles.find((role) => role.attributes.name === "Permissionless");
  const roles = (least ?? session.roles[0])?.id ?? "";
  useEffect(() => onDraft({ ...NOTHING, roles }), []);
  return (
    <>
      <p>
        <a href="#">All App Clients</a>
      </p>
      <Heading title="Create an App Client">Create an App Client</Heading>
      <ClientForm
        session={session}
        initial={NOTHING}
        first={{ roles }}
        action="Create"
        numberHint="Empty for the default."
        onInput={onDraft}
        onSubmit={async (change) => onCreated(await create(change))}
      />
    </>
  );
}
