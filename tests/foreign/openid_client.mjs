// An unmodified openid-client signs users in at the test issuer, which it finds by discovery.
//
//     node tests/foreign/openid_client.mjs NODE_DIR SETTINGS
//
// NODE_DIR is where `setup` put node_modules. SETTINGS is JSON: `issuer`, `callback`, `secret`, `password`
// and `scope`, one of a resource server. There are the clients `web`, public, and `robot` and `server`
// with the secret, and the user alice. Prints one line of JSON: the version, and the tokens with who they
// are for. A step that does not work ends the script with a stack trace.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Browser } from './browser.mjs';

const require = createRequire(join(resolve(process.argv[2]), 'package.json'));
const client = await import(pathToFileURL(require.resolve('openid-client')));
const SETTINGS = JSON.parse(process.argv[3]);
const tokens = [];

async function main() {
  await signsIn('web', client.None());
  await signsIn('server', client.ClientSecretBasic(SETTINGS.secret));
  await isAMachine(client.ClientSecretPost(SETTINGS.secret));
  await isAMachine(client.ClientSecretBasic(SETTINGS.secret));
  await isRefused();
  const { version } = require('openid-client/package.json');
  console.log(JSON.stringify({ version, tokens }));
}

async function signsIn(id, authentication) {
  const config = await discover(id, authentication);
  const { callback, checks } = await authorize(config);
  const got = await client.authorizationCodeGrant(config, callback, checks);
  const claims = got.claims();
  assert.equal(claims['cognito:username'], 'alice');
  assert.equal(got.expiresIn(), 3600);
  handIn(id, got);

  const userInfo = await client.fetchUserInfo(config, got.access_token, claims.sub);
  assert.deepEqual(userInfo, {
    sub: claims.sub,
    email: 'alice@shop.example',
    email_verified: 'true',
    username: 'alice',
  });

  const refreshed = await client.refreshTokenGrant(config, got.refresh_token);
  assert.equal(refreshed.refresh_token, undefined);
  assert.equal(refreshed.claims().sub, claims.sub);
  handIn(id, refreshed);

  await client.tokenRevocation(config, got.refresh_token);
  await refused('invalid_grant', client.refreshTokenGrant(config, got.refresh_token));
}

async function isAMachine(authentication) {
  const config = await discover('robot', authentication);
  const got = await client.clientCredentialsGrant(config, { scope: SETTINGS.scope });
  assert.equal(got.id_token, undefined);
  assert.equal(got.refresh_token, undefined);
  tokens.push({ client: 'robot', access: got.access_token });
}

async function isRefused() {
  const web = await discover('web', client.None());
  const { callback, checks } = await authorize(web);
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const otherVerifier = client.authorizationCodeGrant(web, callback, { ...checks, pkceCodeVerifier });
  await refused('invalid_grant', otherVerifier);
  await refused('unauthorized_client', client.clientCredentialsGrant(web));
  const stranger = await discover('robot', client.ClientSecretBasic('not-the-secret'));
  await refused('invalid_client', client.clientCredentialsGrant(stranger));
}

async function refused(error, promise) {
  await assert.rejects(promise, (thrown) => thrown.error === error);
}

async function discover(id, authentication) {
  // The second lets it check the signature of the ID token, too.
  const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks];
  return client.discovery(new URL(SETTINGS.issuer), id, undefined, authentication, { execute });
}

// The way of a browser to the callback URL, and what the client has to check there.
async function authorize(config) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  };
  const start = client.buildAuthorizationUrl(config, {
    redirect_uri: SETTINGS.callback,
    scope: `openid email ${SETTINGS.scope}`,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  });
  return { callback: await new Browser(SETTINGS.callback).signIn(start, 'alice', SETTINGS.password), checks };
}

function handIn(id, got) {
  tokens.push({ client: id, username: 'alice', access: got.access_token, id: got.id_token });
}

await main();
