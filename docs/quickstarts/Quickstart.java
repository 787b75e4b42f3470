import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Calls an API with access tokens from Latchkey: reads paths from standard input and prints what the API
 * answers. Needs only JDK 17: {@code java Quickstart.java}.
 */
public final class Quickstart {
    /** Replace a token this long before it expires. */
    private static final Duration MARGIN = Duration.ofSeconds(30);
    /** The longest Retry-After to wait for. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    public static void main(String[] arguments) throws IOException {
        var url = System.getenv().getOrDefault("LATCHKEY_URL", "http://127.0.0.1:3000");
        var api = System.getenv().getOrDefault("API_URL", url);
        var tokens = new Tokens(
                URI.create(url + "/oauth/token"),
                System.getenv("CLIENT_ID"),
                Path.of(System.getenv("CLIENT_SECRET_FILE")));
        var pool = Executors.newCachedThreadPool();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = input.readLine(); line != null; line = input.readLine()) {
            Stream.of(line.trim().split("\\s+"))
                    .filter(path -> !path.isEmpty())
                    .map(path -> pool.submit(() -> get(tokens, join(api, path))))
                    .toList()
                    .forEach(answer -> {
                        try {
                            System.out.println(answer.get());
                        } catch (Exception error) {
                            var cause = error.getCause() == null ? error : error.getCause();
                            System.out.println("error: " + Objects.requireNonNullElse(cause.getMessage(), cause));
                        }
                    });
        }
        pool.shutdown();
    }

    /** The URI of a path. Without the slash it would continue the host, and the token would go to another one. */
    static URI join(String api, String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a path must begin with /");
        }
        return URI.create(api + path);
    }

    /** Calls the API with a fresh token. If the API rejects the token, tries once with a new one. */
    static String get(Tokens tokens, URI uri) throws IOException, InterruptedException {
        var token = tokens.get(null);
        var response = call(token, uri);
        if (response.statusCode() == 401) {
            response = call(tokens.get(token), uri);
        }
        return response.statusCode() + " " + response.body();
    }

    private static HttpResponse<String> call(String token, URI uri) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token));
    }

    /** Sends a request. Waits and tries again if the server asks for it. */
    static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var built = request.timeout(Duration.ofSeconds(30)).build();
        for (var tries = 1; ; tries++) {
            var response = HTTP.send(built, BodyHandlers.ofString());
            var wait = retryAfter(response);
            var isBusy = response.statusCode() == 429 || response.statusCode() == 503;
            if (!isBusy || tries == 3 || wait.compareTo(PATIENCE) > 0) {
                return response;
            }
            Thread.sleep(wait.toMillis());
        }
    }

    static Duration retryAfter(HttpResponse<?> response) {
        var value = response.headers().firstValue("Retry-After").filter(text -> text.matches("\\d{1,9}"));
        return Duration.ofSeconds(value.map(Long::parseLong).orElse(1L));
    }

    /** Gets and caches access tokens. Any number of threads can share it. */
    static final class Tokens {
        private static final Pattern ACCESS_TOKEN = Pattern.compile("\"access_token\"\\s*:\\s*\"([^\"]+)\"");
        private static final Pattern EXPIRES_IN = Pattern.compile("\"expires_in\"\\s*:\\s*(\\d+)");

        private final URI endpoint;
        private final String clientId;
        private final Path secretFile;
        private String token;
        private long renewAt; // in System.nanoTime
        private long blockedUntil = System.nanoTime();

        Tokens(URI endpoint, String clientId, Path secretFile) {
            this.endpoint = endpoint;
            this.clientId = clientId;
            this.secretFile = secretFile;
        }

        /**
         * Returns the cached token or, if it is old or {@code rejected}, a new one. It is synchronized, so
         * threads wait for one new token instead of getting one each.
         */
        synchronized String get(String rejected) throws IOException, InterruptedException {
            if (token == null || token.equals(rejected) || System.nanoTime() - renewAt >= 0) {
                token = null;
                token = request();
            }
            return token;
        }

        private String request() throws IOException, InterruptedException {
            var now = System.nanoTime();
            if (now - blockedUntil < 0) {
                var seconds = Duration.ofNanos(blockedUntil - now).toSeconds() + 1;
                throw new IOException("the token quota is used up: try again in " + seconds + " s");
            }
            // Reads the secret anew, so that a rotation needs no restart.
            var parameters = Map.of(
                    "grant_type", "client_credentials",
                    "client_id", clientId,
                    "client_secret", Files.readString(secretFile).strip());
            var form = parameters.entrySet().stream()
                    .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
            var response = send(HttpRequest.newBuilder(endpoint)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form)));
            if (response.statusCode() != 200) {
                if (response.statusCode() == 429) {
                    blockedUntil = System.nanoTime() + retryAfter(response).toNanos();
                }
                throw new IOException("no token: " + response.statusCode() + " " + response.body());
            }
            var lifetime = Duration.ofSeconds(Long.parseLong(find(EXPIRES_IN, response.body())));
            renewAt = now + lifetime.minus(MARGIN).toNanos();
            return find(ACCESS_TOKEN, response.body());
        }

        /** The JDK cannot parse JSON. These two members need no more than a pattern. */
        private static String find(Pattern pattern, String body) throws IOException {
            Matcher matcher = pattern.matcher(body);
            if (!matcher.find()) {
                throw new IOException("no token: an unknown response");
            }
            return matcher.group(1);
        }
    }
}
