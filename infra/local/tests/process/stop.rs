//! Signals: requests in progress get their responses.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::running::{RunningService, new_directory};

/// Sends the head of a token request. Returns its connection and its body, which the service waits
/// for.
fn begin(running: &RunningService) -> (TcpStream, String) {
    let body = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        running.client_id, running.client_secret
    );
    let mut connection = TcpStream::connect(running.address()).unwrap();
    write!(
        connection,
        "POST /oauth/token HTTP/1.1\r\nHost: {}\r\nExpect: 100-continue\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        running.address(),
        body.len()
    )
    .unwrap();
    let mut interim = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
    connection.read_exact(&mut interim).unwrap();
    assert!(interim.starts_with(b"HTTP/1.1 100 "));
    (connection, body)
}

fn wait_until_refused(running: &RunningService) {
    while TcpStream::connect(running.address()).is_ok() {
        std::thread::yield_now();
    }
}

#[test]
fn a_signal_stops_the_program_at_once_even_with_open_connections() {
    for signal in ["-TERM", "-INT"] {
        let directory = new_directory();
        let running = RunningService::start(&[], &directory);
        let (open, _) = running.get("/not/routed");
        let (status, rest) = running.signal(signal);
        assert_eq!(status.code(), Some(0), "{signal}");
        assert_eq!(rest, "");
        drop(open);
    }
}

#[test]
fn a_request_in_progress_is_answered_before_the_exit_and_new_connections_are_refused() {
    for signal in ["-TERM", "-INT"] {
        let running = RunningService::start(&["--ephemeral"], &new_directory());
        let (mut connection, body) = begin(&running);
        running.send_signal(signal);
        wait_until_refused(&running);
        connection.write_all(body.as_bytes()).unwrap();
        let mut response = String::new();
        // The end of the connection follows the response.
        connection.read_to_string(&mut response).unwrap();
        assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
        assert!(response.contains("access_token"), "{response}");
        assert!(
            response
                .to_lowercase()
                .contains("\r\nconnection: close\r\n"),
            "{response}"
        );
        let (status, output, _) = running.wait();
        assert_eq!((status.code(), output.as_str()), (Some(0), ""), "{signal}");
    }
}

#[test]
fn a_second_signal_exits_at_once() {
    let running = RunningService::start(&["--ephemeral"], &new_directory());
    let (_connection, _) = begin(&running);
    running.send_signal("-TERM");
    wait_until_refused(&running);
    running.send_signal("-INT");
    let (status, _, error) = running.wait();
    assert_eq!(status.code(), Some(1));
    assert!(error.contains("stopped at once"), "{error}");
}

#[test]
fn a_request_that_never_ends_delays_the_exit_by_9_seconds() {
    let running = RunningService::start(&["--ephemeral"], &new_directory());
    let (_connection, _) = begin(&running);
    let (status, _, error) = {
        running.send_signal("-TERM");
        running.wait()
    };
    assert_eq!(status.code(), Some(0));
    assert!(error.contains("not complete after 9 seconds"), "{error}");
}
