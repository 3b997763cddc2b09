import { command, Failure } from '../support/command.ts';

/** Shows the network interfaces of the Pod, and its routes. Nobody may change them. */
export const ip = command('[OPTIONS] address|route|link|neigh [COMMAND]', async ({ argv, net, stdout }) => {
  const words = argv.slice(1);
  let [four, six] = [true, true];
  while (words[0]?.startsWith('-') === true) {
    const option = words.shift();
    if (option === '-4') six = false;
    if (option === '-6') four = false;
  }
  const [object = '', verb = 'show', ...rest] = words;
  if (!'show list lst dev'.split(' ').includes(verb)) throw new Failure('RTNETLINK answers: Operation not permitted');
  const device = verb === 'dev' ? rest[0] : rest[rest.indexOf('dev') + 1];
  const address = net.addresses[0];
  const is = (name: string): boolean => object !== '' && name.startsWith(object);
  if (is('route')) {
    await stdout.write(four && address !== undefined ? routes(address) : '');
    return 0;
  }
  if (is('neigh')) return 0;
  if (!is('address') && !is('link')) throw new Failure(`invalid argument '${object}' to 'ip'`);
  if (device !== undefined && device !== 'lo' && device !== 'eth0') throw new Failure(`can't find device '${device}'`);
  const parts: string[] = [];
  for (const one of interfaces(address)) {
    if (device !== undefined && one.name !== device) continue;
    parts.push(one.link);
    if (is('link')) continue;
    if (four) parts.push(one.inet, FOREVER);
    if (six) parts.push(one.inet6, FOREVER);
  }
  await stdout.write(parts.join(''));
  return 0;
});

interface Interface {
  readonly name: string;
  readonly link: string;
  readonly inet: string;
  readonly inet6: string;
}

const FOREVER = '       valid_lft forever preferred_lft forever\n';

function interfaces(address: string | undefined): readonly Interface[] {
  const loopback: Interface = {
    name: 'lo',
    link: '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n',
    inet: '    inet 127.0.0.1/8 scope host lo\n',
    inet6: '    inet6 ::1/128 scope host \n',
  };
  if (address === undefined) return [loopback];
  const { hardware, local, number: d } = cardOf(address);
  return [
    loopback,
    {
      name: 'eth0',
      link: `2: eth0@if${d + 3}: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue \n    link/ether ${hardware} brd ff:ff:ff:ff:ff:ff\n`,
      inet: `    inet ${address}/24 brd ${networkOf(address)}.255 scope global eth0\n`,
      inet6: `    inet6 ${local}/64 scope link \n`,
    },
  ];
}

/** The network card that has an address. Bridges of CNI plugins give it its address as its number. */
export function cardOf(address: string): {
  readonly hardware: string;
  readonly local: string;
  readonly number: number;
} {
  const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const local = [
    [0x08, 0x58],
    [a, 0xff],
    [0xfe, b],
    [c, d],
  ].map(([high = 0, low = 0]) => (high * 256 + low).toString(16));
  return { hardware: [0x0a, 0x58, a, b, c, d].map(hex).join(':'), local: `fe80::${local.join(':')}`, number: d };
}

function routes(address: string): string {
  const network = networkOf(address);
  return `default via ${network}.1 dev eth0 \n${network}.0/24 dev eth0 scope link  src ${address} \n`;
}

/** Nodes give their Pods the addresses of a /24 network. */
export const networkOf = (address: string): string => address.slice(0, address.lastIndexOf('.'));
