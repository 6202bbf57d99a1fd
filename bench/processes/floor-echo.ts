// Floor 1: a bare node:http server that reads the request and sends the finished answer. Nothing can cost less in Node.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { serve, setting } from './serve.ts';

const answer = readFileSync(setting('ANSWER_FILE'));
const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': answer.length };

serve(
  createServer((request, response) => {
    if (request.method === 'POST')
      request.on('end', () => response.writeHead(200, headers).end(answer)).resume();
    else response.writeHead(404).end();
  }),
);
