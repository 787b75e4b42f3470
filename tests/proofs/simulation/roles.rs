//! Roles that are created, changed, deleted, given and taken at once and on several instances, with inline
//! policies, while calls fail, answers are lost and instances crash. Afterwards every count is exact, and
//! nothing refers to what is gone.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use lambda_http::http::Request as HttpRequest;
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt as _};
use serde_json::{Value, json};
use tests::text;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::simulation::ask::Bearer;
use crate::simulation::dice::Dice;
use crate::simulation::network::Weather;
use crate::simulation::run::on_a_virtual_clock;
use crate::simulation::settings;
use crate::simulation::world::World;

const CLIENTS: &str = "/auth/app-clients";
const ROLES: &str = "/auth/roles";

/// The answers of all seeds, by what was asked and the status.
type Answers = BTreeMap<(&'static str, u16), u32>;

#[test]
fn no_seed_miscounts_a_role_or_loses_a_policy() {
    let seeds = match settings::seed() {
        Some(seed) => seed..seed + 1,
        None => 0..settings::seeds(),
    };
    let mut answers = Answers::new();
    for seed in seeds {
        let (items, seen) = on_a_virtual_clock(seed, simulate(seed));
        if let Err(why) = check(&items) {
            panic!("seed {seed}: {why}; replay with LATCHKEY_SIMULATION_SEED={seed}");
        }
        for (what, number) in seen {
            *answers.entry(what).or_default() += number;
        }
    }
    println!("{answers:?}");
    let has = |what, status| answers.contains_key(&(what, status));
    let has_all = has("delete role", 204)
        && has("delete role", 409)
        && has("change", 409)
        && has("create", 201)
        && has("change", 503);
    assert!(settings::seed().is_some() || has_all, "{answers:?}");
}

async fn simulate(seed: u64) -> (Vec<Value>, Answers) {
    let mut dice = Dice::new(seed);
    let ahead: Vec<_> = (0..dice.between(2, 3))
        .map(|_| dice.between(0, 59))
        .collect();
    let world = World::start(&mut dice, &ahead).await;
    let mut answers = Answers::new();
    for _ in 0..dice.between(4, 8) {
        let by = world.admin(0).await.unwrap();
        world.network.set_weather(*dice.pick(&Weather::ALL));
        for answer in at_once(&world, &mut dice, &by).await {
            *answers.entry(answer).or_default() += 1;
        }
        world.network.set_weather(Weather::CALM);
        // Late calls arrive.
        sleep(Duration::from_secs(40)).await;
    }
    (world.items().await, answers)
}

/// Some requests at once.
async fn at_once(world: &Arc<World>, dice: &mut Dice, by: &Bearer) -> Vec<(&'static str, u16)> {
    let items = world.items().await;
    let mut tasks = JoinSet::new();
    for _ in 0..dice.between(2, 7) {
        let (world, mut dice) = (Arc::clone(world), dice.fork());
        let (what, function, request) = request(&items, &mut dice, by, &world.bootstrap.0);
        tasks.spawn(async move {
            sleep(Duration::from_millis(dice.between(0, 300))).await;
            let instances = world.count_instances() as u64;
            let instance = usize::try_from(dice.between(0, instances - 1)).unwrap();
            let crash = Duration::from_millis(dice.between(0, 250));
            let crash = dice.chance(150).then_some(crash);
            let answer = world.send(instance, function, request, crash).await;
            answer.map(|(status, _)| (what, status))
        });
    }
    let mut answers = Vec::new();
    while let Some(done) = tasks.join_next().await {
        answers.extend(done.unwrap());
    }
    answers
}

/// A random request about what exists.
fn request(
    items: &[Value],
    dice: &mut Dice,
    by: &Bearer,
    bootstrap: &str,
) -> (&'static str, &'static str, Request) {
    let roles: Vec<_> = items.iter().filter(|item| is_role(item)).collect();
    let clients = items.iter().filter(|item| item["sk"]["S"] == "RECORD");
    let clients: Vec<_> = clients
        .map(|item| text(&item["pk"]["S"]).replace("CLIENT#", ""))
        .filter(|id| id != bootstrap)
        .collect();
    let some = |dice: &mut Dice| {
        let mut some: Vec<_> = roles.iter().filter(|_| dice.chance(500)).collect();
        some.truncate(10);
        let some = some
            .iter()
            .map(|role| json!({ "type": "auth/roles", "id": role["id"]["S"] }));
        json!({ "auth/roles": { "data": some.collect::<Vec<_>>() } })
    };
    let policy = |dice: &mut Dice| {
        let actions = ["IAM:GetRole", "IAM:UpdateRole"];
        json!({ "rule": [{
            "effect": "Allow", "action": dice.pick(&actions), "resource": "IAM:Role:*"
        }] })
    };
    let role = (!roles.is_empty()).then(|| text(&dice.pick(&roles)["id"]["S"]));
    let client = (!clients.is_empty()).then(|| dice.pick(&clients).clone());
    match (dice.between(0, 9), role, client) {
        (0..=1, Some(role), _) => (
            "delete role",
            "manage-role",
            ask(by, "DELETE", ROLES, Some(&role), None),
        ),
        (2, Some(role), _) => {
            let attributes = json!({ "accessPolicy": policy(dice) });
            let document = json!({ "data": { "type": "auth/roles", "attributes": attributes } });
            let request = ask(by, "PATCH", ROLES, Some(&role), Some(document));
            ("change role", "manage-role", request)
        }
        (3..=6, _, Some(client)) => {
            let mut data = json!({ "type": "auth/app-clients", "attributes": {} });
            if dice.chance(800) {
                data["relationships"] = some(dice);
            }
            if dice.chance(500) {
                let attributes = dice.chance(700).then(|| policy(dice));
                data["attributes"] = json!({ "accessPolicy": attributes });
            }
            let document = json!({ "data": data });
            let request = ask(by, "PATCH", CLIENTS, Some(&client), Some(document));
            ("change", "update-client", request)
        }
        (7, _, Some(client)) => (
            "delete",
            "delete-client",
            ask(by, "DELETE", CLIENTS, Some(&client), None),
        ),
        (8, ..) | (_, None, _) => {
            let name = format!("Role {}", dice.between(0, 3));
            let attributes = json!({ "name": name, "accessPolicy": policy(dice) });
            let document = json!({ "data": { "type": "auth/roles", "attributes": attributes } });
            let request = ask(by, "POST", ROLES, None, Some(document));
            ("create role", "manage-role", request)
        }
        _ => {
            let mut document = tests::new_client("", json!({ "accessPolicy": policy(dice) }));
            document["data"]["relationships"] = some(dice);
            let request = ask(by, "POST", CLIENTS, None, Some(document));
            ("create", "create-client", request)
        }
    }
}

fn ask(
    by: &Bearer,
    method: &str,
    path: &str,
    id: Option<&str>,
    document: Option<Value>,
) -> Request {
    let (route, full) = match id {
        Some(id) => (format!("{method} {path}/{{id}}"), format!("{path}/{id}")),
        None => (format!("{method} {path}"), path.to_owned()),
    };
    let request = HttpRequest::builder()
        .method(method)
        .uri(&full)
        .header("authorization", format!("Bearer {}", by.token))
        .header("content-type", "application/vnd.api+json");
    let body = document.map_or(Body::Empty, |document| Body::from(document.to_string()));
    let parameters = id.map(|id| ("id".to_owned(), id.to_owned()));
    let mut context = ApiGatewayV2httpRequestContext::default();
    context.route_key = Some(route);
    let request = request.body(body).unwrap().with_raw_http_path(full);
    let request = request.with_path_parameters(parameters.into_iter().collect::<HashMap<_, _>>());
    request.with_request_context(RequestContext::ApiGatewayV2(context))
}

fn is_role(item: &Value) -> bool {
    item["client_count"].is_object()
}

/// What is true of the items after all requests.
fn check(items: &[Value]) -> Result<(), String> {
    let roles: Vec<_> = items.iter().filter(|item| is_role(item)).collect();
    let records: Vec<_> = items
        .iter()
        .filter(|item| item["sk"]["S"] == "RECORD")
        .collect();
    let mut holders: BTreeMap<String, u64> = BTreeMap::new();
    for record in &records {
        let of_client = record["roles"]["L"]
            .as_array()
            .ok_or("a client has no list of roles")?;
        if of_client.is_empty() && !record["policy"].is_object() {
            return Err(format!("{} has neither a role nor a policy", record["pk"]));
        }
        for role in of_client {
            *holders.entry(text(&role["M"]["id"]["S"])).or_default() += 1;
        }
        let id = text(&record["pk"]["S"]).replace("CLIENT#", "POLICY#");
        let policy = items.iter().find(|item| item["pk"]["S"] == id.as_str());
        if policy.map(|policy| &policy["revision"]) != record.get("policy") {
            return Err(format!(
                "{} and its policy are of different states",
                record["pk"]
            ));
        }
    }
    for role in &roles {
        let counted: u64 = text(&role["client_count"]["N"])
            .parse()
            .map_err(|_| "no number")?;
        let id = text(&role["id"]["S"]);
        let held = holders.remove(&id).unwrap_or_default();
        if counted != held {
            return Err(format!(
                "role {id} counts {counted} clients, but {held} have it"
            ));
        }
    }
    // Only the managed ones have no item.
    holders.retain(|id, _| {
        let id = shared::model::RoleId::from_id(id);
        id.and_then(shared::model::ManagedRole::from_id).is_none()
    });
    if let Some((id, _)) = holders.first_key_value() {
        return Err(format!("a client has the role {id}, which is gone"));
    }
    let policies = items
        .iter()
        .filter(|item| item["sk"]["S"] == "POLICY")
        .count();
    let with_policy = records
        .iter()
        .filter(|record| record["policy"].is_object())
        .count();
    if policies != with_policy {
        return Err(format!("{policies} policies for {with_policy} clients"));
    }
    let count = items.iter().find(|item| item["sk"]["S"] == "COUNT");
    let counted = count.map_or("0".to_owned(), |count| text(&count["role_count"]["N"]));
    if counted != roles.len().to_string() {
        return Err(format!(
            "the org counts {counted} roles, but has {}",
            roles.len()
        ));
    }
    Ok(())
}
