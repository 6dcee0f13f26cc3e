// Real tokens from cognito-local, for the foreign-issuer tests.
//
//     node tests/foreign/cognito_local.mjs [PORT [NODE_DIR]]
//
// PORT 0, the default, takes a free port. NODE_DIR is where `setup` put node_modules, by default
// <repo>/.tools/foreign/node. Serves cognito-local on 127.0.0.1 from a fresh data directory, fills
// two user pools by plain HTTP, signs users in, prints one line of JSON that tells a test everything
// it expects, and serves until stdin closes or the parent dies. What each token should say is taken
// from what was configured, never decoded from the token.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PASSWORD = 'Correct-Horse-1';
const START_UP_MS = 30_000;
const TWO_HOURS = 2 * 60 * 60;

const nodeDir = resolve(process.argv[3] ?? fileURLToPath(new URL('../../.tools/foreign/node', import.meta.url)));
let clockOffset = 0; // seconds that cognito-local's clock is off

async function main() {
  exitWithParent();
  const watchdog = setTimeout(() => die('not ready in time'), START_UP_MS);
  const asked = Number(process.argv[2] ?? 0);
  if (!Number.isInteger(asked)) throw new Error(`not a port: ${process.argv[2]}`);
  const port = asked || (await freePort());
  const { issuerBase, version } = await serve(port);
  const report = await build(`http://127.0.0.1:${port}`, issuerBase, version);
  clearTimeout(watchdog);
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume();
}

async function serve(port) {
  process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';
  const issuerBase = `http://localhost:${port}`; // as cognito-local has it by default
  dataDirectory({
    ServerConfig: { hostname: '127.0.0.1', port },
    TokenConfig: { IssuerDomain: issuerBase },
    UserPoolDefaults: { UsernameAttributes: [] }, // its default makes every user name an email
  });

  const require = createRequire(join(nodeDir, 'package.json'));
  const { DateClock } = require('cognito-local/lib/services/clock.js');
  DateClock.prototype.get = () => new Date(Date.now() + clockOffset * 1000);
  const logger = require('pino')({ level: 'error' }, process.stderr);
  const server = await require('cognito-local').createDefaultServer(logger);
  await server.start();
  return { issuerBase, version: require('cognito-local/package.json').version };
}

async function build(baseUrl, issuerBase, version) {
  const call = caller(baseUrl);
  const a = await makePool(call, baseUrl, issuerBase, 'A', 2);
  const b = await makePool(call, baseUrl, issuerBase, 'B', 1);
  const alice = await makeUser(call, a, 'alice', ['Admins'], true, { plan: 'gold', seats: '12' });
  const bob = await makeUser(call, a, 'bob', [], false, {});
  const aliceB = await makeUser(call, b, 'alice', ['Admins'], true, { plan: 'gold', seats: '12' });

  const tokens = [
    ...(await signIn(call, 'alice', a, 0, alice)),
    ...(await signIn(call, 'alice_second_client', a, 1, alice)),
    ...(await signIn(call, 'bob', a, 0, bob)),
    ...(await signIn(call, 'alice_pool_b', b, 0, aliceB)),
    ...(await signIn(call, 'alice_expired', a, 0, alice, -TWO_HOURS)),
    ...(await signIn(call, 'alice_future', a, 0, alice, TWO_HOURS)),
  ];
  return { emulator: 'cognito-local', version, base_url: baseUrl, pools: [a, b], tokens };
}

async function makePool(call, baseUrl, issuerBase, name, clients) {
  const { UserPool } = await call('CreateUserPool', {
    PoolName: name,
    UsernameAttributes: [],
    Schema: [
      { Name: 'plan', AttributeDataType: 'String', Mutable: true },
      { Name: 'seats', AttributeDataType: 'Number', Mutable: true },
    ],
  });
  const poolId = UserPool.Id;
  for (const [precedence, group] of ['Admins', 'Basic'].entries()) {
    await call('CreateGroup', {
      UserPoolId: poolId,
      GroupName: group,
      Precedence: precedence,
      RoleArn: `arn:aws:iam::123456789012:role/${group}`,
    });
  }
  const pool = {
    name,
    pool_id: poolId,
    issuer: `${issuerBase}/${poolId}`,
    jwks_url: `${baseUrl}/${poolId}/.well-known/jwks.json`,
    discovery_url: `${baseUrl}/${poolId}/.well-known/openid-configuration`,
    client_ids: [],
  };
  for (let n = 0; n < clients; n++) {
    pool.client_ids.push(await makeClient(call, poolId, `${name}${n}`));
  }
  return pool;
}

async function makeClient(call, poolId, name) {
  const { UserPoolClient } = await call('CreateUserPoolClient', {
    UserPoolId: poolId,
    ClientName: name,
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    // Named, because its own defaults are not Cognito's one hour.
    AccessTokenValidity: 60,
    IdTokenValidity: 60,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'days' },
  });
  return UserPoolClient.ClientId;
}

async function makeUser(call, pool, username, groups, emailVerified, attributes) {
  const user = { UserPoolId: pool.pool_id, Username: username };
  const email = `${username}@example.com`;
  const custom = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`custom:${name}`, value]));
  const given = { email, email_verified: String(emailVerified), ...custom };
  await call('AdminCreateUser', {
    ...user,
    UserAttributes: Object.entries(given).map(([Name, Value]) => ({ Name, Value })),
    MessageAction: 'SUPPRESS',
  });
  await call('AdminSetUserPassword', { ...user, Password: PASSWORD, Permanent: true });
  for (const group of groups) {
    await call('AdminAddUserToGroup', { ...user, GroupName: group });
  }
  const { UserAttributes } = await call('AdminGetUser', user);
  const sub = UserAttributes.find(({ Name }) => Name === 'sub').Value;
  return { sub, username, email, email_verified: emailVerified, groups, custom };
}

// Signs in while cognito-local's clock is `clock` seconds off; one entry for each token it issued.
async function signIn(call, name, pool, client, user, clock = 0) {
  clockOffset = clock;
  const clientId = pool.client_ids[client];
  const { AuthenticationResult, ChallengeName } = await call('InitiateAuth', {
    ClientId: clientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: user.username, PASSWORD },
  });
  clockOffset = 0;
  if (!AuthenticationResult) throw new Error(`${name}: a challenge instead of tokens: ${ChallengeName}`);
  const common = {
    sign_in: name,
    pool: pool.name,
    pool_id: pool.pool_id,
    issuer: pool.issuer,
    client_id: clientId,
    clock,
    ...user,
  };
  return [
    { ...common, token_use: 'access', token: AuthenticationResult.AccessToken },
    { ...common, token_use: 'id', token: AuthenticationResult.IdToken },
    { ...common, token_use: 'refresh', token: AuthenticationResult.RefreshToken },
  ];
}

function caller(baseUrl) {
  return async (operation, input) => {
    const response = await fetch(baseUrl, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${operation} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  };
}

// cognito-local reads and writes `.cognito` below the working directory.
function dataDirectory(config) {
  const directory = mkdtempSync(join(tmpdir(), 'poolgate-cognito-local-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  process.chdir(directory);
  mkdirSync('.cognito');
  writeFileSync('.cognito/config.json', JSON.stringify(config));
}

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer().on('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

function exitWithParent() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(0), 1000).unref();
}

function die(error) {
  console.error(`cognito_local: ${error?.message ?? error}`);
  if (error?.code === 'MODULE_NOT_FOUND') console.error('cognito_local: tests/foreign/setup installs it');
  process.exit(1);
}

process.on('uncaughtException', die);
main().catch(die);
