import type { SimulatedNetwork } from '@tabernetes/network-sim';
import { type HttpReply, WEB_AUTHORITY_PEM } from '@tabernetes/node-api';

const QUOTES = 'A journey of a thousand miles begins with a single step.\n%\nFortune favours the prepared.\n%\n';
const PAGE =
  '<!doctype html>\n<html><head><title>Example Domain</title></head><body><h1>Example Domain</h1>\n<p>A simulated page outside of the cluster.</p></body></html>\n';

/**
 * A little of what there is outside of every cluster, so that examples that look whether the world is there find it: the well-known
 * name servers, and a few sites with a page of ours.
 */
export function addOutsideWorld(network: SimulatedNetwork): void {
  for (const [ip, name] of [
    ['1.1.1.1', 'one.one.one.one'],
    ['8.8.8.8', 'dns.google'],
  ] as const) {
    const server = network.outside({ ip, names: [name] });
    server.listen(53, (connection) => connection.end());
    serveSite(server, [name], () => ({ body: PAGE, headers: HTML }));
  }
  site('93.184.215.14', ['example.com', 'www.example.com', 'example.org'], () => ({ body: PAGE, headers: HTML }));
  site('185.199.108.153', ['luksa.github.io'], (path) =>
    path.startsWith('/kiada/book-quotes.txt') ? { body: QUOTES } : { status: 404, body: 'not found\n' },
  );

  function site(ip: string, names: readonly string[], answer: (path: string) => HttpReply): void {
    serveSite(network.outside({ ip, names }), names, answer);
  }
}

const HTML = { 'content-type': 'text/html; charset=UTF-8' };

function serveSite(
  net: ReturnType<SimulatedNetwork['outside']>,
  names: readonly string[],
  answer: (path: string) => HttpReply,
): void {
  net.serve(80, (call) => answer(call.url));
  net.serve(443, (call) => answer(call.url), { tls: { authorityPem: () => WEB_AUTHORITY_PEM, names } });
}
