// An unmodified openid-client signs people in at an issuer whose tokens look like Keycloak's, and
// calls an API with what it got.
//
//     node tests/foreign/keycloak_like.mjs NODE_DIR SETTINGS
//
// NODE_DIR is where `setup` put node_modules. SETTINGS is JSON: `issuer`, `api`, `audience`, `callback` and
// `password`. There are the public client `web` and the users alice and bob. Prints one line of JSON: the
// version, and the status of each call. A step that does not work ends the script with a stack trace.

import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Browser } from './browser.mjs';

const require = createRequire(join(resolve(process.argv[2]), 'package.json'));
const client = await import(pathToFileURL(require.resolve('openid-client')));
const SETTINGS = JSON.parse(process.argv[3]);
const statuses = {};

async function main() {
  const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks];
  const config = await client.discovery(new URL(SETTINGS.issuer), 'web', undefined, client.None(), { execute });
  const alice = await signIn(config, 'alice', SETTINGS.audience);
  const bob = await signIn(config, 'bob', SETTINGS.audience);
  const elsewhere = await signIn(config, 'alice', 'https://other.example');
  const nowhere = await signIn(config, 'alice');

  await call(config, 'alice reads', '/orders', alice.access_token);
  await call(config, 'alice administrates', '/admin', alice.access_token);
  await call(config, 'bob reads', '/orders', bob.access_token);
  await call(config, 'bob administrates', '/admin', bob.access_token);
  await call(config, 'an ID token', '/orders', alice.id_token);
  await call(config, 'for another API', '/orders', elsewhere.access_token);
  await call(config, 'for no API', '/orders', nowhere.access_token);
  await call(config, 'a changed token', '/orders', changed(alice.access_token));
  statuses['nobody'] = (await fetch(new URL('/orders', SETTINGS.api))).status;

  const refreshed = await client.refreshTokenGrant(config, alice.refresh_token);
  await call(config, 'alice, refreshed', '/admin', refreshed.access_token);
  const { version } = require('openid-client/package.json');
  console.log(JSON.stringify({ version, statuses }));
}

// By authorization code and PKCE. The resource (RFC 8707) is what the access token is for.
async function signIn(config, user, resource) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const start = client.buildAuthorizationUrl(config, {
    redirect_uri: SETTINGS.callback,
    scope: 'openid',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...(resource && { resource }),
  });
  const callback = await new Browser(SETTINGS.callback).signIn(start, user, SETTINGS.password);
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
  return client.authorizationCodeGrant(config, callback, checks);
}

async function call(config, what, path, token) {
  const url = new URL(path, SETTINGS.api);
  try {
    statuses[what] = (await client.fetchProtectedResource(config, token, url, 'GET')).status;
  } catch (error) {
    // It reads the challenge of a refusal, and throws what it says.
    if (!(error instanceof client.WWWAuthenticateChallengeError)) throw error;
    statuses[what] = error.status;
  }
}

// The first character of the signature; the last holds bits that do not count.
function changed(token) {
  const [header, payload, signature] = token.split('.');
  return [header, payload, (signature[0] === 'A' ? 'B' : 'A') + signature.slice(1)].join('.');
}

await main();
