import { goQuote } from '@tabernetes/apimachinery';
import { ConnectionError } from '../errors.ts';
import { withHost } from './server-url.ts';

/**
 * An address with its scheme, without slashes at its end.
 *
 * @throws {Error} when it is none, in the words of client-go and of Go's net/url
 * @see k8s.io/client-go/rest/url_utils.go DefaultServerURL
 */
export function normalServer(server: string): string {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\/./i.test(server) || /^https?:\/\//.test(server);
  const whole = (hasScheme ? server : `http://${server}`).replace(/\/+$/, '');
  if (URL.canParse(withHost(whole))) return whole;
  const [sequence] = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(server) ?? [];
  if (sequence !== undefined) throw new ConnectionError('parse', server, `invalid URL escape ${goQuote(sequence)}`);
  const [port] = /:[^:\]]*$/.exec(whole) ?? [];
  if (hasScheme && port !== undefined && /^:\d+$/.test(port) && !whole.includes('[')) {
    throw new ConnectionError('Get', server, `dial tcp: address ${port.slice(1)}: invalid port`);
  }
  // What is no URL may be a host with a port, and nothing behind it.
  if (!hasScheme && port !== undefined && !/^:\d*$/.test(port)) {
    throw new ConnectionError('parse', server, `invalid port ${goQuote(port)} after host`);
  }
  throw new Error(`host must be a URL or a host:port pair: ${goQuote(server)}`);
}
