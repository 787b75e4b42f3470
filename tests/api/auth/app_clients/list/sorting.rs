//! `sort`: JSON:API 1.1, sorting.

use serde_json::json;
use tests::text;

use super::{five, ids, list_of, named, names, page, walk};
use crate::auth::{Api, CLIENTS};

/// A deployment with clients of these names besides "Bootstrap".
async fn with(names: &[&str]) -> Api {
    let api = Api::start().await;
    for name in names {
        named(&api, name).await;
    }
    api
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn clients_are_sorted_by_name_whatever_the_case() {
    let api = with(&["delta", "Alpha", "charlie", "ALPHA 2", "Écho", "echo"]).await;
    let sorted = [
        "Alpha",
        "ALPHA 2",
        "Bootstrap",
        "charlie",
        "delta",
        "echo",
        "Écho",
    ];
    for size in ["1", "2", "3", "100"] {
        let list = |order| list_of(&[("sort", order), ("page[size]", size)]);
        assert_eq!(names(&api, &list("name")).await, sorted, "{size}");
        let mut reversed = names(&api, &list("-name")).await;
        reversed.reverse();
        assert_eq!(reversed, sorted, "{size}");
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_name_comes_before_the_names_that_begin_with_it() {
    let api = with(&["night!", "night import", "Night", "nights", "night#1"]).await;
    let list = list_of(&[("filter[name]", "night")]);
    let sorted = ["Night", "night import", "night!", "night#1", "nights"];
    assert_eq!(names(&api, &list).await, sorted);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn clients_with_equal_names_are_in_the_order_of_their_creation() {
    let api = Api::start().await;
    let mut created = Vec::new();
    for name in ["Same", "same", "SAME", "Same"] {
        created.push(named(&api, name).await);
    }
    let list = list_of(&[("filter[name]", "same"), ("page[size]", "1")]);
    assert_eq!(walk(&api, &list).await.concat(), created);
    let list = list + "&sort=-name";
    created.reverse();
    assert_eq!(walk(&api, &list).await.concat(), created);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn clients_are_sorted_by_time_of_creation_in_both_directions() {
    let (api, mut created) = five().await;
    for size in ["1", "4", "100"] {
        let list = list_of(&[("sort", "createdAt"), ("page[size]", size)]);
        assert_eq!(walk(&api, &list).await.concat(), created);
        let list = list_of(&[("sort", "-createdAt"), ("page[size]", size)]);
        created.reverse();
        assert_eq!(walk(&api, &list).await.concat(), created);
        created.reverse();
    }
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn the_oldest_comes_first_by_default_and_the_first_name_with_a_filter_by_name() {
    let api = with(&["B", "A", "BB"]).await;
    assert_eq!(names(&api, CLIENTS).await, ["Bootstrap", "B", "A", "BB"]);
    let list = list_of(&[("filter[name]", "b")]);
    assert_eq!(names(&api, &list).await, ["B", "BB", "Bootstrap"]);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn a_renamed_client_is_at_the_place_of_its_new_name() {
    let api = with(&["Zulu", "Alpha"]).await;
    let id = named(&api, "Mike").await;
    let renamed = api.patch(&id, json!({ "name": "zz" })).await;
    assert_eq!(renamed.status(), 200);
    let list = list_of(&[("sort", "name")]);
    assert_eq!(
        names(&api, &list).await,
        ["Alpha", "Bootstrap", "Zulu", "zz"]
    );
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn names_too_long_for_a_key_are_in_the_order_of_their_creation() {
    let api = Api::start().await;
    let long = "\u{10400}".repeat(253);
    let mut created = Vec::new();
    for end in ["z", "a"] {
        created.push(named(&api, &format!("{long}{end}")).await);
        // A name of 255 characters that take six bytes each when folded.
        named(&api, &"\u{390}".repeat(255)).await;
    }
    let list = list_of(&[("filter[name]", "\u{10428}"), ("page[size]", "1")]);
    assert_eq!(walk(&api, &list).await.concat(), created);
}

#[tokio::test]
#[cfg_attr(feature = "deployed", ignore = "needs its own clock")]
async fn links_keep_the_filters_the_order_and_the_size() {
    let api = with(&["A & B=1", "a & b=2", "A & B=3"]).await;
    let parameters = [
        ("filter[name]", "a & b="),
        ("filter[status]", "enabled"),
        ("sort", "-name"),
        ("page[size]", "1"),
    ];
    let first = page(&api, &list_of(&parameters)).await;
    for link in ["first", "next"] {
        let link = reqwest::Url::parse("http://x")
            .unwrap()
            .join(&text(&first["links"][link]));
        let link = link.unwrap();
        for (name, value) in parameters {
            assert!(
                link.query_pairs()
                    .any(|pair| pair == (name.into(), value.into())),
                "{link}"
            );
        }
    }
    assert_eq!(page(&api, &text(&first["links"]["first"])).await, first);
    let names = names(&api, &list_of(&parameters)).await;
    assert_eq!(names, ["A & B=3", "a & b=2", "A & B=1"]);
    assert_eq!(ids(&first).len(), 1);
}
