// A person with a browser at the sign-in page of the test issuer, which needs no script.

import assert from 'node:assert/strict';

export class Browser {
  cookies = new Map();

  constructor(callback) {
    this.callback = callback;
  }

  async signIn(start, user, password) {
    const page = await this.open(start);
    const html = await page.response.text();
    const form = html.match(/<form[^>]*>(?:(?!<\/form>).)*name="password".*?<\/form>/s)[0];
    const [, action] = form.match(/action="([^"]*)"/);
    const body = new URLSearchParams({ user, password });
    const end = await this.open(new URL(unescaped(action), page.url), { method: 'POST', body });
    assert.ok(this.cookies.size > 0, 'a browser that is signed in has a cookie');
    return end.url;
  }

  // Follows redirects up to a page, or to the callback, which nobody serves.
  async open(url, options = {}) {
    const headers = { cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') };
    const response = await fetch(url, { ...options, headers, redirect: 'manual' });
    this.keepCookies(response);
    if (response.status === 200) return { url, response };
    assert.ok([302, 303].includes(response.status), `${response.status} of ${url}`);
    const next = new URL(response.headers.get('location'), url);
    return next.href.startsWith(this.callback) ? { url: next } : this.open(next);
  }

  keepCookies(response) {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
      this.cookies.set(name, value);
    }
  }
}

function unescaped(text) {
  return text.replaceAll('&amp;', '&');
}
