//! The limits on AWS calls, for every request on any network and for any state of the table.

use shared::app_clients::{ADMINISTRATOR_READS, PARTS};
use shared::model::issuing::TORN_READS;
use shared::runtime::{ATTEMPTS, SDK_ATTEMPTS};

use super::{authenticates, ensure};
use crate::simulation::ask::{Ask, Manage};
use crate::simulation::network::PEPPER;
use crate::simulation::record::{Record, Request};

pub(super) fn check(record: &Record<'_>, request: &Request<'_>) -> Result<(), String> {
    let count = |operation: &str| {
        let calls = request.calls.iter();
        let calls = calls.filter(|call| call.attempt == 1 && call.operation == operation);
        calls.count()
    };
    ensure(
        request
            .calls
            .iter()
            .all(|call| call.attempt <= SDK_ATTEMPTS),
        "more attempts at a call than the SDK should make",
    )?;
    let calls = request.calls.iter().filter(|call| call.attempt == 1);
    let (calls, limit) = (calls.count(), limit(request.ask) as usize);
    if calls > limit {
        return Err(format!("{calls} AWS calls, and the limit is {limit}"));
    }
    ensure(
        !is_for_a_damaged_client(record, request) || count("Query") <= usize::from(TORN_READS),
        "too many reads of a damaged client",
    )?;
    ensure(
        !is_guess(record, request) || (count("Query") <= 1 && count("UpdateItem") == 0),
        "a false secret cost more than one read of its client",
    )?;
    if let Ask::Manage(_, manage, terms) = request.ask
        && manage.returns_secret()
    {
        // The client before its change, and the client of the first request with the key. After a
        // conflict, only the record is read.
        let has_key = usize::from(terms.key.is_some());
        let reads = has_key + usize::from(request.ask.client().is_some());
        ensure(
            count("Query") <= reads && count(PEPPER) <= has_key,
            "more reads of a client, or of the pepper, than a new secret needs",
        )?;
    }
    Ok(())
}

/// The number of AWS calls that a request may make. The SDK may make several attempts at each.
fn limit(ask: &Ask) -> u32 {
    // The key set, and the caller's record.
    const AUTHORIZATION: u32 = 2;
    match ask {
        // The signing keys when the instance starts, and before two writes or during one; reads
        // and writes of the client.
        Ask::Token { .. } => 3 + ATTEMPTS,
        Ask::KeySet => 1,
        Ask::Metadata => 0,
        Ask::Manage(_, manage, terms) => {
            // The pepper; the first request with the key, and its client.
            let repeat = if terms.key.is_some() { 3 } else { 0 };
            AUTHORIZATION
                + repeat
                + match manage {
                    Manage::Get(_) | Manage::Secrets(_) | Manage::Roles | Manage::Role(_) => 1,
                    // Parts of the index, and their records; batches that are read again.
                    Manage::List => 2 * PARTS + ATTEMPTS - 1,
                    // The role; transactions.
                    Manage::Create(..) => 1 + ATTEMPTS,
                    // The client before each transaction.
                    Manage::Rotate(..) | Manage::AddSecret(..) | Manage::EndSecret(..) => {
                        2 * ATTEMPTS
                    }
                    // The same, and the administrator that remains. Its search may read a batch again.
                    Manage::RemoveSecret(..) | Manage::Delete(_) => {
                        2 * ATTEMPTS + ADMINISTRATOR_READS + ATTEMPTS
                    }
                    // The gate of a client that stays as it is, too.
                    Manage::Patch(..) => 1 + 2 * ATTEMPTS + ADMINISTRATOR_READS + ATTEMPTS,
                    // The role, too.
                    Manage::Give(..) | Manage::Put(..) => {
                        2 + 2 * ATTEMPTS + ADMINISTRATOR_READS + ATTEMPTS
                    }
                }
        }
    }
}

/// Whether the client of a token request is damaged until the answer.
fn is_for_a_damaged_client(record: &Record<'_>, request: &Request<'_>) -> bool {
    let Ask::Token { client, .. } = request.ask else {
        return false;
    };
    let history = record.clients.get(client.as_str());
    history.is_some_and(|history| history.stayed_damaged_during(request))
}

/// Whether the request presents a secret that its client never had while it was enabled, or one that
/// has ended in each of its states.
fn is_guess(record: &Record<'_>, request: &Request<'_>) -> bool {
    let Ask::Token { client, secret } = request.ask else {
        return false;
    };
    let history = record.clients.get(client.as_str());
    let mut states = history.into_iter().flat_map(|history| history.all());
    !states.any(|state| authenticates(secret, Some(state), request.now()))
}
