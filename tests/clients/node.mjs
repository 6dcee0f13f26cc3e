// Reads calls from standard input, makes them with Node's own `fetch`, and prints what was seen.

import { text } from 'node:stream/consumers';
import { make } from './calls.mjs';

console.log(JSON.stringify(await make(JSON.parse(await text(process.stdin)))));
