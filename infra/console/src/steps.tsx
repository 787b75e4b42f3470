// The four steps from a role to an API call, as commands that work when pasted.

import { Name, CopyButton } from "./parts";
import * as shell from "./shell";
import { audience, signedInAs } from "./sign_in";

type Props = { subject: shell.Subject; announce: (message: string) => void };

export function Steps({ subject, announce }: Props) {
  const administrator = signedInAs() ?? "";
  const service = { url: location.origin, audience: audience(), administrator };
  const isKnown = subject.clientId !== undefined;
  const command = (title: string, text: string) => (
    <Command title={title} text={text} announce={announce} />
  );
  return (
    <aside aria-labelledby="steps">
      <h2 id="steps">
        The four steps with curl
        {isKnown && (
          <>
            : <Name>{subject.name}</Name>
          </>
        )}
      </h2>
      <p>
        Steps 1 and 2 need an administrator's token. Put the administrator's secret into a shell
        variable with <code>read -rs ADMIN_SECRET</code>, then get the token.
      </p>
      {command("An administrator's token", shell.administratorToken(service))}
      <ol>
        <li>
          <h3>Find the role</h3>
          {command("Find the role", shell.findRoles(service, subject))}
        </li>
        <li>
          <h3>Create the App Client</h3>
          {command("Create the App Client", shell.createClient(service, subject))}
        </li>
        <li>
          <h3>Get an access token</h3>
          {!subject.secret && (
            <p>
              {isKnown ? (
                <>
                  First <code>read -rs CLIENT_SECRET</code>. The console does not know the secret.
                </>
              ) : (
                <>
                  First set <code>ID</code>, <code>CLIENT_ID</code> and <code>CLIENT_SECRET</code>{" "}
                  to the values from step 2.
                </>
              )}
            </p>
          )}
          {command("Get an access token", shell.requestToken(service, subject))}
        </li>
        <li>
          <h3>Call the API</h3>
          <p>
            The client's roles and its access policy decide which calls it may make. If they do not
            permit one, the answer is 403.
          </p>
          {command("Call the API", shell.callApi(service, subject))}
        </li>
      </ol>
    </aside>
  );
}

type CommandProps = { title: string; text: string; announce: (message: string) => void };

function Command({ title, text, announce }: CommandProps) {
  return (
    <div class="command">
      <pre tabIndex={0} role="region" aria-label={`Command: ${title}`}>
        <code>{text}</code>
      </pre>
      <CopyButton what="command" of={`“${title}”`} text={text} announce={announce} />
    </div>
  );
}
