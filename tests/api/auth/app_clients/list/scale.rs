//! What a page costs among 100,000 clients. The table in docs/performance.md has the result.

use super::{list_of, page, put_clients};
use crate::auth::{Api, NO_ROLE};

const CLIENTS: u32 = 100_000;

/// Takes a minute: `cargo test -p tests --test api among_100000 -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "writes 100,000 clients; takes a minute"]
#[expect(clippy::print_stdout, reason = "the output is for the table")]
async fn a_page_of_100_among_100000_clients_costs_what_the_documents_say() {
    let api = Api::start().await;
    let ids = put_clients(&api, CLIENTS, |number, record| {
        if number % 100 == 0 {
            record["status"]["S"] = "disabled".into();
        }
    });
    let last = ids.await.pop().unwrap();
    let aws = &api.service.aws;
    aws.measure();
    // Clients, AWS calls and read units of the first page and of the one after it.
    for (query, costs) in [
        (&[][..], &[(100, 3, 103.0); 2][..]),
        (&[("sort", "-createdAt")], &[(100, 3, 103.0); 2]),
        (&[("sort", "name")], &[(100, 3, 103.5); 2]),
        (&[("sort", "-name")], &[(100, 3, 103.5); 2]),
        (&[("filter[name]", "client 05")], &[(100, 3, 103.5); 2]),
        (&[("filter[name]", "client 099999")], &[(1, 3, 2.5)]),
        (&[("filter[name]", "x")], &[(0, 2, 1.5)]),
        (&[("filter[clientId]", last.as_str())], &[(1, 2, 2.0)]),
        (&[("filter[status]", "enabled")], &[(100, 5, 123.5); 2]),
        (&[("filter[status]", "disabled")], &[(10, 21, 1_021.0); 2]),
        (&[("filter[role]", NO_ROLE)], &[(0, 21, 1_021.0); 2]),
        (
            &[("filter[name]", "x"), ("sort", "createdAt")],
            &[(0, 21, 1_021.0); 2],
        ),
    ] {
        let list = list_of(&[query, &[("page[size]", "100")]].concat());
        let (mut next, mut found) = (Some(list), Vec::new());
        while let (Some(path), true) = (next.take(), found.len() < 2) {
            aws.calls();
            aws.read_units();
            let page = page(&api, &path).await;
            let shown = page["data"].as_array().unwrap().len();
            found.push((shown, aws.calls().len(), aws.read_units()));
            next = page["links"]["next"].as_str().map(str::to_owned);
        }
        println!("{query:?}: {found:?}");
        assert_eq!(found, costs, "{query:?}");
    }
}
