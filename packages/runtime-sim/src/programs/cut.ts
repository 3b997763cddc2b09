import { command, Failure, UsageError } from './support/command.ts';
import { decode, eachBatch, encode, Output } from './support/input.ts';
import { parseOptions } from './support/options.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Parts of each line: by byte, character or field. */
export const cut = command('{-b|-c LIST | -f LIST [-d SEP] [-s]} [FILE]...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'b:c:f:d:snO:', {
    'output-delimiter': 'O',
    delimiter: 'd',
    fields: 'f',
  });
  const kinds = options.order.filter(({ letter }) => 'bcf'.includes(letter));
  const [kind] = kinds;
  if (kind === undefined) throw new UsageError('expected a list of bytes, characters, or fields');
  if (kinds.length > 1) throw new Failure('only one type of list may be specified');
  const ranges = parseRanges(kind.value);
  const separator = options.value('d') ?? '\t';
  if (kind.letter !== 'f' && options.has('d'))
    throw new Failure('a delimiter may be specified only when operating on fields');
  const joint = options.value('O') ?? separator;
  const out = new Output(process.stdout);
  const read = await eachBatch(process, options.operands, async ({ lines }) => {
    for (const line of lines) {
      if (kind.letter === 'f') {
        if (separator === '\n' || !line.includes(separator)) {
          if (!options.has('s')) out.add(`${line}\n`);
        } else out.add(`${pick(line.split(separator), ranges).join(joint)}\n`);
      } else if (kind.letter === 'c') out.add(`${pick([...line], ranges).join('')}\n`);
      else out.add(`${decode(Uint8Array.from(pick([...encode(line)], ranges)))}\n`);
    }
    await out.flush();
    return true;
  });
  return read ? 0 : 1;
});

function pick<T>(items: readonly T[], ranges: readonly Range[]): T[] {
  const picked: T[] = [];
  let done = 0;
  for (const { from, to } of ranges) {
    for (let i = Math.max(from, done); i < Math.min(to, items.length); i++) picked.push(items[i] as T);
    done = Math.max(done, Math.min(to, items.length));
  }
  return picked;
}

function parseRanges(list: string): readonly Range[] {
  const ranges = list.split(',').map((part) => {
    const match = /^(\d+)?(-)?(\d+)?$/.exec(part);
    if (match === null || part === '' || part === '-') throw new Failure(`invalid byte or field list`);
    const from = match[1] === undefined ? 1 : Number(match[1]);
    const to = match[3] !== undefined ? Number(match[3]) : match[2] === undefined ? from : Number.POSITIVE_INFINITY;
    if (from === 0) throw new Failure('fields and positions are numbered from 1');
    return { from: from - 1, to };
  });
  return ranges.sort((a, b) => a.from - b.from);
}
