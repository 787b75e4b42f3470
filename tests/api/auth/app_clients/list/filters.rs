//! `filter[...]`: JSON:API 1.1, filtering.

use serde_json::{Value, json};
use tests::text;

use super::{ids, list_of, list_while, named, names, page, put_clients};
use crate::auth::{Api, NO_CLIENT, NO_ROLE, client_path, in_a_list};

async fn names_with(api: &Api, start: &str) -> Vec<String> {
    names(api, &list_of(&[("filter[name]", start)])).await
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own org")]
async fn a_filter_by_name_finds_every_name_with_this_start_whatever_the_case() {
    let api = Api::start().await;
    for name in [
        "Straße 1",
        "STRASSE 2",
        "e\u{301}cho",
        "Écho",
        "Echo",
        "My straße",
    ] {
        named(&api, name).await;
    }
    for start in ["straße", "STRASSE", "Strasse ", "s"] {
        assert_eq!(
            names_with(&api, start).await,
            ["Straße 1", "STRASSE 2"],
            "{start}"
        );
    }
    // An accent is a part of its letter, in whichever way it is written.
    for start in ["é", "E\u{301}", "éCHO"] {
        assert_eq!(
            names_with(&api, start).await,
            ["e\u{301}cho", "Écho"],
            "{start}"
        );
    }
    assert_eq!(names_with(&api, "e").await, ["Echo"]);
    for start in ["x", "straße 11", " ", "%", "\t", "#", "\u{0}"] {
        assert_eq!(names_with(&api, start).await, [""; 0], "{start}");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own org")]
async fn a_name_whose_key_is_cut_is_found_by_its_whole_name_and_by_no_other() {
    let api = Api::start().await;
    let long = "\u{10400}".repeat(253);
    let names = ["ab", "aB", "ac"].map(|end| format!("{long}{end}"));
    for name in &names {
        named(&api, name).await;
    }
    assert_eq!(names_with(&api, &format!("{long}AB")).await, names[..2]);
    assert_eq!(names_with(&api, &names[2]).await, names[2..]);
    assert_eq!(names_with(&api, &format!("{long}a")).await, names);
    assert_eq!(names_with(&api, &long).await, names);
    assert_eq!(names_with(&api, &format!("{long}b")).await, [""; 0]);
    // Six bytes for each character of two.
    let folded = "\u{390}".repeat(255);
    named(&api, &folded).await;
    let shorter = "\u{390}".repeat(254);
    assert_eq!(
        names_with(&api, &folded).await,
        std::slice::from_ref(&folded)
    );
    assert_eq!(names_with(&api, &shorter).await, [folded]);
    assert_eq!(names_with(&api, &format!("{shorter}x")).await, [""; 0]);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own org")]
async fn a_filter_by_status_finds_the_clients_in_that_status() {
    let api = Api::start().await;
    let id = named(&api, "Off").await;
    let disabled = json!({ "status": "disabled" });
    assert_eq!(api.patch(&id, disabled).await.status(), 200);
    let list = |status| list_of(&[("filter[status]", status)]);
    assert_eq!(names(&api, &list("disabled")).await, ["Off"]);
    assert_eq!(names(&api, &list("enabled")).await, ["Bootstrap"]);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own org")]
async fn a_filter_by_role_finds_the_clients_with_that_role() {
    let api = Api::start().await;
    named(&api, "Patient").await;
    let role = api.service.role(&api.admin, "Patient").await;
    for role in [role.clone(), role.to_uppercase(), role.replace('-', "")] {
        let list = list_of(&[("filter[role]", &role)]);
        assert_eq!(names(&api, &list).await, ["Patient"]);
    }
    let list = list_of(&[("filter[role]", NO_ROLE)]);
    assert_eq!(names(&api, &list).await, [""; 0]);
}

#[tokio::test]
async fn a_filter_by_client_id_finds_the_client_in_either_spelling() {
    let api = Api::start().await;
    let client = api.client().await;
    let shown = in_a_list(api.shown(&client.id).await);
    for id in [&client.id, &client.credentials.id] {
        for id in [id.clone(), id.to_uppercase()] {
            let list = page(&api, &list_of(&[("filter[clientId]", &id)])).await;
            assert_eq!(list["data"], json!([shown]));
            assert_eq!(list["links"]["next"], Value::Null);
            assert_eq!(page(&api, &text(&list["links"]["first"])).await, list);
        }
    }
    let list = page(&api, &list_of(&[("filter[clientId]", NO_CLIENT)])).await;
    assert_eq!(list["data"], json!([]));
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "counts AWS calls")]
async fn a_filter_by_client_id_costs_one_read() {
    let api = Api::start().await;
    let client = api.client().await;
    let list = list_of(&[("filter[clientId]", &client.id), ("filter[name]", "b")]);
    page(&api, &list).await;
    api.service.aws.calls();
    page(&api, &list).await;
    assert_eq!(api.service.aws.calls(), ["GetItem", "GetItem"]);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes to the table")]
async fn a_filter_by_client_id_finds_no_client_of_another_org() {
    let api = Api::start().await;
    let client = api.client().await;
    for org in [NO_CLIENT, "x"] {
        let table = api.latchkey.table();
        table.set(&client.id, "org", json!({ "S": org })).await;
        let list = page(&api, &list_of(&[("filter[clientId]", &client.id)])).await;
        assert_eq!((&list["data"], list.get("meta")), (&json!([]), None));
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own org")]
async fn a_client_must_match_all_filters() {
    let api = Api::start().await;
    let mut ids = Vec::new();
    for name in ["Import 1", "Import 2", "Export"] {
        ids.push(named(&api, name).await);
    }
    let admin = api.client_with("Builder Admin", json!({ "name": "Import 3" }));
    ids.push(admin.await.id);
    for id in [&ids[0], &ids[2]] {
        let disabled = json!({ "status": "disabled" });
        assert_eq!(api.patch(id, disabled).await.status(), 200);
    }
    let role = api.service.role(&api.admin, "Patient").await;
    let (name, status) = (("filter[name]", "import"), ("filter[status]", "disabled"));
    let role = ("filter[role]", role.as_str());
    let created = ("sort", "createdAt");
    for (filters, expected) in [
        (vec![name, status], &["Import 1"][..]),
        (vec![name, role], &["Import 1", "Import 2"]),
        (vec![status, role], &["Import 1", "Export"]),
        (vec![name, status, role], &["Import 1"]),
        (vec![name, created], &["Import 1", "Import 2", "Import 3"]),
        (vec![name, created, role, status], &["Import 1"]),
    ] {
        assert_eq!(
            names(&api, &list_of(&filters)).await,
            expected,
            "{filters:?}"
        );
        let id = |id| [&filters[..], &[("filter[clientId]", id)]].concat();
        assert_eq!(
            names(&api, &list_of(&id(&ids[0]))).await.len(),
            1,
            "{filters:?}"
        );
        let other = api.service.bootstrap.id.as_str();
        assert_eq!(
            names(&api, &list_of(&id(other))).await.len(),
            0,
            "{filters:?}"
        );
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "injects AWS faults")]
async fn a_client_that_no_longer_matches_when_its_record_is_read_is_left_out() {
    let api = Api::start().await;
    let other = api.latchkey.instance().await;
    for filter in [("filter[name]", "mat"), ("filter[status]", "enabled")] {
        let id = named(&api, "Match").await;
        let path = client_path(&id);
        let change = json!({ "data": { "type": "auth/app-clients", "id": id,
            "attributes": { "name": "No", "status": "disabled" } } });
        let list = list_of(&[filter]);
        let page = list_while(&api, &list, async {
            let response = other.manage(&api.admin, "PATCH", &path, Some(&change));
            assert_eq!(response.await.status(), 200);
        });
        assert!(!ids(&page.await).contains(&id), "{filter:?}");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "writes to the table")]
async fn a_client_that_cannot_be_read_is_named_also_in_a_list_with_a_filter() {
    let api = Api::start().await;
    let unreadable = put_clients(&api, 1, |_, record| {
        record["status"]["S"] = "x".into();
    });
    let unreadable = unreadable.await.swap_remove(0);
    for filter in [
        ("filter[name]", "client"),
        ("filter[status]", "disabled"),
        ("filter[clientId]", unreadable.as_str()),
    ] {
        let page = page(&api, &list_of(&[filter])).await;
        assert_eq!(page["data"], json!([]), "{filter:?}");
        assert_eq!(
            page["meta"]["unreadable"][0]["id"], *unreadable,
            "{filter:?}"
        );
    }
}
