// Calls an API with access tokens from Latchkey: reads paths from standard input and prints what the API
// answers. Needs only the standard library of Go 1.19: go run quickstart.go.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	margin   = 30 * time.Second // replace a token this long before it expires
	patience = 10 * time.Second // the longest Retry-After to wait for
)

// Latchkey gets access tokens and calls an API with them. Any number of goroutines can share it.
type Latchkey struct {
	URL, ClientID, SecretFile string
	HTTP                      http.Client

	mutex        sync.Mutex // goroutines wait for one new token instead of getting one each
	token        string
	renewAt      time.Time
	blockedUntil time.Time
}

// Get calls the API with a fresh token. If the API rejects the token, Get tries once with a new one.
func (l *Latchkey) Get(url string) (status int, body []byte, err error) {
	token := ""
	for tries := 1; tries <= 2; tries++ {
		if token, err = l.Token(token); err != nil {
			return 0, nil, err
		}
		request, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			return 0, nil, err
		}
		request.Header.Set("Authorization", "Bearer "+token)
		status, _, body, err = l.send(request)
		if err != nil || status != http.StatusUnauthorized {
			return status, body, err
		}
	}
	return status, body, nil
}

// Token returns the cached token or, if it is old or rejected, a new one.
func (l *Latchkey) Token(rejected string) (string, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.token == rejected || time.Now().After(l.renewAt) {
		l.token = ""
		if err := l.renew(); err != nil {
			return "", err
		}
	}
	return l.token, nil
}

func (l *Latchkey) renew() error {
	now := time.Now()
	if now.Before(l.blockedUntil) {
		return fmt.Errorf("the token quota is used up: try again in %.0f s", l.blockedUntil.Sub(now).Seconds())
	}
	// Reads the secret anew, so that a rotation needs no restart.
	secret, err := os.ReadFile(l.SecretFile)
	if err != nil {
		return err
	}
	form := url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {l.ClientID},
		"client_secret": {strings.TrimSpace(string(secret))},
	}
	request, err := http.NewRequest(http.MethodPost, l.URL+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	status, header, body, err := l.send(request)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		if status == http.StatusTooManyRequests {
			l.blockedUntil = time.Now().Add(retryAfter(header))
		}
		return fmt.Errorf("no token: %d %s", status, body)
	}
	var answer struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return err
	}
	l.token = answer.AccessToken
	l.renewAt = now.Add(time.Duration(answer.ExpiresIn)*time.Second - margin)
	return nil
}

// send sends a request. It waits and tries again if the server asks for it.
func (l *Latchkey) send(request *http.Request) (int, http.Header, []byte, error) {
	for tries := 1; ; tries++ {
		response, err := l.HTTP.Do(request)
		if err != nil {
			return 0, nil, nil, err
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			return 0, nil, nil, err
		}
		status, wait := response.StatusCode, retryAfter(response.Header)
		isBusy := status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
		if !isBusy || tries == 3 || wait > patience {
			return status, response.Header, body, nil
		}
		time.Sleep(wait)
		if request.GetBody != nil {
			if request.Body, err = request.GetBody(); err != nil {
				return 0, nil, nil, err
			}
		}
	}
}

func retryAfter(header http.Header) time.Duration {
	seconds, err := strconv.ParseUint(header.Get("Retry-After"), 10, 31)
	if err != nil {
		seconds = 1
	}
	return time.Duration(seconds) * time.Second
}

func variable(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func main() {
	base := variable("LATCHKEY_URL", "http://127.0.0.1:3000")
	api := variable("API_URL", base)
	latchkey := &Latchkey{
		URL:        base,
		ClientID:   os.Getenv("CLIENT_ID"),
		SecretFile: os.Getenv("CLIENT_SECRET_FILE"),
		HTTP:       http.Client{Timeout: 30 * time.Second},
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		paths := strings.Fields(lines.Text())
		answers := make([]string, len(paths))
		var group sync.WaitGroup
		for i, path := range paths {
			group.Add(1)
			go func(i int, path string) {
				defer group.Done()
				if !strings.HasPrefix(path, "/") { // it would continue the host, and the token would go to another one
					answers[i] = "error: a path must begin with /"
					return
				}
				status, body, err := latchkey.Get(api + path)
				if err != nil {
					answers[i] = "error: " + err.Error()
				} else {
					answers[i] = fmt.Sprintf("%d %s", status, bytes.TrimSpace(body))
				}
			}(i, path)
		}
		group.Wait()
		for _, answer := range answers {
			fmt.Println(answer)
		}
	}
}
