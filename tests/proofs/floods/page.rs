//! Reads `docs/floods.md`.

const FLOODS: &str = include_str!("../../../docs/floods.md");

/// The cells of the documented row whose first cell is this text.
pub(super) fn documented(first: &str) -> Vec<&'static str> {
    let rows = FLOODS.lines().filter(|line| line.starts_with('|'));
    let mut cells = rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect());
    let found = cells.find(|cells: &Vec<_>| cells.first() == Some(&first));
    found.unwrap_or_else(|| panic!("docs/floods.md has no row for {first}"))
}

pub(super) fn number(text: &str) -> f64 {
    text.replace(['$', ','], "").parse().unwrap()
}

/// The documented price of a million units.
pub(super) fn price(unit: &str) -> f64 {
    let unit = match unit {
        "GetItem" | "Query" => "read unit",
        "UpdateItem" => "write unit",
        other => other,
    };
    number(documented(unit).last().unwrap())
}

/// Asserts that the page has this text, without regard to commas and line breaks.
pub(super) fn assert_says(text: &str) {
    let page = FLOODS.replace(',', "");
    let page: Vec<_> = page.split_whitespace().collect();
    let text = text.replace(',', "");
    assert!(
        page.join(" ").contains(&text),
        "docs/floods.md does not say: {text}"
    );
}
