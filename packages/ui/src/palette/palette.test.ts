import { expect, test } from 'vitest';
import { matching } from './palette.tsx';

const entry = (note: string, label: string) => ({ note, label, run: () => undefined });
const ENTRIES = [
  entry('command', 'Share a link'),
  entry('Deployment', 'default/web'),
  entry('EndpointSlice', 'default/web-x'),
  entry('Pod', 'default/my-web'),
  entry('Service', 'default/web'),
];

test('PAL-1 what is called just that comes first, then what begins so, then what has it somewhere', () => {
  const told = (text: string) => matching(ENTRIES, text).map(({ note, label }) => `${note} ${label}`);
  expect(told('web')).toEqual([
    'Deployment default/web',
    'Service default/web',
    'EndpointSlice default/web-x',
    'Pod default/my-web',
  ]);
  expect(told('service web')).toEqual(['Service default/web']);
  expect(told('nothing')).toEqual([]);
});
