// Makes calls one after the other and says what was seen of each, in Node and in a page alike.

export async function make(calls) {
  const seen = [];
  for (const call of calls) seen.push(await ways[call.way](call).catch(failure));
  return seen;
}

const ways = {
  async fetch(call) {
    const response = await ask(call, 'cors');
    const challenge = response.headers.get('www-authenticate');
    return { answer: { status: response.status, challenge, body: await response.text() } };
  },

  async no_cors(call) {
    return (await ask(call, 'no-cors')).type;
  },

  socket({ url }) {
    return new Promise((resolve) => {
      const socket = new WebSocket(url.replace('http', 'ws'));
      socket.onmessage = ({ data }) => resolve({ message: data });
      socket.onerror = () => resolve('nothing');
    });
  },

  // The page submits it when everything else is done, and sees nothing more.
  async form() {
    return 'nothing';
  },
};

// A text as the body makes a "simple" request: none that a browser asks for permission first.
function ask({ url, method, headers, credentials }, mode) {
  const body = method === 'POST' ? 'a text' : undefined;
  return fetch(url, { method, headers, credentials, body, mode });
}

// A TypeError is all that `fetch` tells of an answer that a page may not read.
function failure(error) {
  return error instanceof TypeError ? 'nothing' : { broken: String(error) };
}
