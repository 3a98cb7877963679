// npm's `ws` as WebSocket clients and servers that are told what to do, a line of JSON at a time,
// and tell what they hear in the same way. NodePeers.java is at the other end of standard input and
// output.
import readline from 'node:readline';
import WebSocket, { WebSocketServer } from 'ws';

const sockets = new Map();

function tell(id, what, text = '', code = 0) {
  process.stdout.write(JSON.stringify({ id, what, text, code }) + '\n');
}

function open({ id, url, subprotocols, deflate = false }) {
  const ws = new WebSocket(url, subprotocols, { perMessageDeflate: deflate });
  sockets.set(id, ws);
  ws.on('open', () => tell(id, 'open', ws.protocol));
  ws.on('upgrade', (response) => {
    if (deflate) tell(id, 'extensions', response.headers['sec-websocket-extensions'] ?? '');
  });
  ws.on('message', (data, isBinary) =>
    tell(id, isBinary ? 'binary' : 'text', data.toString(isBinary ? 'base64' : 'utf8')));
  ws.on('ping', (data) => tell(id, 'ping', data.toString()));
  ws.on('pong', (data) => tell(id, 'pong', data.toString()));
  ws.on('close', (code, reason) => tell(id, 'close', reason.toString(), code));
  ws.on('error', (error) => tell(id, 'error', error.message));
}

// Of 1 byte, 4, 13, 40…: text is cut within characters too.
function sendInParts(ws, data, binary) {
  let from = 0;
  for (let size = 1; data.length - from > size; size = 3 * size + 1) {
    ws.send(data.subarray(from, from + size), { binary, fin: false });
    from += size;
  }
  ws.send(data.subarray(from), { binary, fin: true });
}

// A server on a free port, which sends back what it hears, whole and then in parts.
function listen({ id, subprotocol, deflate = false }) {
  const handleProtocols = (offered) => (offered.has(subprotocol) ? subprotocol : false);
  const server = new WebSocketServer({
    host: '127.0.0.1', port: 0, perMessageDeflate: deflate, handleProtocols,
  });
  server.on('listening', () => tell(id, 'listening', '', server.address().port));
  server.on('connection', (ws) =>
    ws.on('message', (data, isBinary) => {
      ws.send(data, { binary: isBinary });
      sendInParts(ws, data, isBinary);
    }));
}

const verbs = {
  text: (ws, { text, last }) => ws.send(text, { fin: last }),
  binary: (ws, { base64, last }) => ws.send(Buffer.from(base64, 'base64'), { fin: last }),
  ping: (ws, { text }) => ws.ping(text),
  close: (ws, { code, text }) => ws.close(code, text),
  terminate: (ws) => ws.terminate(),
};

const lines = readline.createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const order = JSON.parse(line);
  if (order.verb === 'open') {
    open(order);
  } else if (order.verb === 'listen') {
    listen(order);
  } else {
    verbs[order.verb](sockets.get(order.id), order);
  }
});
lines.on('close', () => process.exit(0));
