// The stand-ins as a Node program has them: another process, platforms.json, plain HTTP.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = new URL('../../../', import.meta.url).pathname;
const PYTHON = process.env.STAND_INS_PYTHON ?? join(ROOT, '.venv/bin/python');

export const read = (file) => readFileSync(file, 'utf8');

// Serve the stand-ins; `end` stops them.
export async function serve() {
  const state = mkdtempSync(join(tmpdir(), 'stand-ins-'));
  const args = ['-m', 'mock_platforms', 'serve', '--state', state, '--base-port', '0'];
  const python = spawn(PYTHON, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  // The line of addresses is printed once platforms.json is written.
  for await (const line of createInterface(python.stdout)) {
    if (line.startsWith('addresses')) break;
  }
  const platforms = JSON.parse(read(join(state, 'platforms.json')));
  const command = async (method, path, fields) => {
    const body = fields && JSON.stringify(fields);
    const answer = await fetch(platforms.control.base_url + path, { method, body });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return answer.json();
  };
  const end = async () => {
    python.kill();
    await once(python, 'close');
  };
  return { platforms, command, end };
}

// A merchant's notify_url; `next` gives the oldest callback not yet taken.
export async function receive() {
  const got = [];
  const server = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    got.push({ headers: request.headers, body: Buffer.concat(pieces).toString() });
    response.end('success');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/notify`,
    next: () => got.shift(),
    end: () => server.close(),
  };
}
