//! Bodies for the responses with which the HTTP server itself refuses a request: those to a request
//! line that is not HTTP, to too many headers, and the like. It sends them without a body.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::extract::connect_info::Connected;
use axum::http::StatusCode;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A listener whose connections add the missing bodies.
pub(super) struct Explained<L>(pub(super) L);

/// The address of a client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);

/// A connection that adds the missing bodies.
pub(super) struct Connection<I> {
    io: I,
    /// A response with its body, and how much of it is sent.
    explained: Option<(Vec<u8>, usize)>,
}

impl<L: Listener<Addr = SocketAddr>> Listener for Explained<L> {
    type Io = Connection<L::Io>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (io, peer) = self.0.accept().await;
        let explained = None;
        (Connection { io, explained }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl<L: Listener<Addr = SocketAddr>> Connected<IncomingStream<'_, Explained<L>>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Explained<L>>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// The response with a body, if it is one of the server's own: only those are errors with the length
/// zero.
fn explained(response: &[u8]) -> Option<Vec<u8>> {
    const NO_BODY: &str = "\r\ncontent-length: 0\r\n";
    let response = std::str::from_utf8(response).ok()?;
    let status = response.strip_prefix("HTTP/1.1 ")?.get(..3)?;
    let status = StatusCode::from_bytes(status.as_bytes()).ok()?;
    if !status.is_client_error() || !response.ends_with("\r\n\r\n") {
        return None;
    }
    let (before, after) = response.split_once(NO_BODY)?;
    let message = status.canonical_reason().unwrap_or_default();
    let body = serde_json::json!({ "message": message }).to_string();
    let length = body.len();
    let with_body = format!(
        "{before}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{after}{body}"
    );
    Some(with_body.into_bytes())
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Connection<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self { io, explained: own } = &mut *self;
        if own.is_none() {
            *own = explained(bytes).map(|response| (response, 0));
        }
        let Some((response, sent)) = own else {
            return Pin::new(io).poll_write(context, bytes);
        };
        while let Some(rest @ [_, ..]) = response.get(*sent..) {
            *sent += ready!(Pin::new(&mut *io).poll_write(context, rest))?;
        }
        *own = None;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match slices {
            [response] => self.poll_write(context, response),
            _ => Pin::new(&mut self.io).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Connection<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[test]
    fn only_an_error_without_a_body_gets_one() {
        let refused = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n\
            content-length: 0\r\ndate: x\r\n\r\n";
        let explained = |response: &[u8]| {
            super::explained(response).map(|response| String::from_utf8(response).unwrap())
        };
        let expected = "HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n\
            content-type: application/json\r\ncontent-length: 45\r\ndate: x\r\n\r\n\
            {\"message\":\"Request Header Fields Too Large\"}";
        assert_eq!(explained(refused).unwrap(), expected);
        for other in [
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}",
            "HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n",
            "HTTP/1.1 4",
            "content-length: 0",
            "",
        ] {
            assert_eq!(explained(other.as_bytes()), None, "{other}");
        }
    }

    #[tokio::test]
    async fn a_slow_connection_gets_the_whole_body() {
        let (mut client, server) = tokio::io::duplex(7);
        let refused = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
        let send = async {
            let explained = None;
            let mut connection = Connection {
                io: server,
                explained,
            };
            connection.write_all(refused).await.unwrap();
            connection.shutdown().await.unwrap();
        };
        let mut received = String::new();
        let (_, read) = tokio::join!(send, client.read_to_string(&mut received));
        read.unwrap();
        assert!(
            received.ends_with("\r\n\r\n{\"message\":\"Bad Request\"}"),
            "{received}"
        );
    }
}
