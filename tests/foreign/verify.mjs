// Verifies tokens as the guides of aws-jwt-verify and jose do.
//
//     node tests/foreign/verify.mjs NODE_DIR < INPUT
//
// NODE_DIR is where `setup` put node_modules. INPUT is JSON: `issuer`, `user_pool_id`, `client_id`,
// `jwks`, `jwks_url` and `calls`, each with a `recipe` of those below and a `token`. Prints JSON: the
// `versions` of the libraries, and `refusals`, for each call null or why it was refused.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const nodeDir = resolve(process.argv[2]);
const require = createRequire(join(nodeDir, 'package.json'));
const { CognitoJwtVerifier } = require('aws-jwt-verify');
const jose = await import(pathToFileURL(require.resolve('jose')));
const input = JSON.parse(readFileSync(0, 'utf8'));
const keys = jose.createLocalJWKSet(input.jwks);

const RECIPES = {
  aws_access: awsJwtVerify('access'),
  aws_id: awsJwtVerify('id'),

  async jose_access(token) {
    const { payload } = await jose.jwtVerify(token, keys, { issuer: input.issuer, algorithms: ['RS256'] });
    if (payload.token_use !== 'access') throw new Error('wrong token_use');
    if (payload.client_id !== input.client_id) throw new Error('wrong client_id');
  },

  async jose_id(token) {
    const checks = { issuer: input.issuer, audience: input.client_id, algorithms: ['RS256'] };
    const { payload } = await jose.jwtVerify(token, keys, checks);
    if (payload.token_use !== 'id') throw new Error('wrong token_use');
  },

  // As most guides print it: keys are fetched for each request, and an access token needs an audience.
  async jose_guide(token) {
    const fetched = jose.createRemoteJWKSet(new URL(input.jwks_url));
    await jose.jwtVerify(token, fetched, { issuer: input.issuer, audience: input.client_id });
  },
};

function awsJwtVerify(tokenUse) {
  const { user_pool_id: userPoolId, client_id: clientId } = input;
  const verifier = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse });
  verifier.cacheJwks(input.jwks);
  // Without waiting, so that a kid that is not cached does not make it ask AWS.
  return (token) => verifier.verifySync(token);
}

async function refusal({ recipe, token }) {
  try {
    await RECIPES[recipe](token);
    return null;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}

const refusals = [];
for (const call of input.calls) refusals.push(await refusal(call));
const version = (name) => JSON.parse(readFileSync(join(nodeDir, 'node_modules', name, 'package.json'))).version;
const versions = Object.fromEntries(['aws-jwt-verify', 'jose'].map((name) => [name, version(name)]));
process.stdout.write(JSON.stringify({ versions, refusals }));
