//! `/verify`: the page on which receipts are checked. What it says is tested in a browser.

use std::fs;

use crate::client::get;
use crate::server::{config, folder_of_two_sites, start, start_in};

#[test]
fn the_page_may_ask_nobody_and_holds_what_a_receipt_may_say() {
    let server = start();
    let page = get(server.address, "/verify", &[]);
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    for part in ["default-src 'none'", "connect-src 'none'", "form-action 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!(page.header("x-content-type-options").unwrap(), "nosniff");
    let text = page.text();
    assert!(text.contains("\"required\":[\"v\",\"id\",\"site\""), "{text}");
    for name in
        ["read-receipt.js", "read-export.js", "check-receipt.js", "tell-file.js", "verify.js", "verify.css"]
    {
        assert!(text.contains(&format!("\"verify/{name}\"")), "{text}");
        assert_eq!(get(server.address, &format!("/verify/{name}"), &[]).status, 200);
    }
    assert_eq!(get(server.address, "/verify/page.rs", &[]).status, 404);
}

#[test]
fn a_site_may_be_called_verify() {
    let folder = folder_of_two_sites();
    let file = folder.path().join("sites/verify.json");
    fs::write(file, config("verify", &["https://verify.example"])).unwrap();
    let server = start_in(folder);
    assert_eq!(get(server.address, "/verify/consentry.js", &[]).status, 200);
    assert_eq!(get(server.address, "/verify", &[]).status, 200);
}
