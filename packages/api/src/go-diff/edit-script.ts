/** How two elements compare: by how many of the leaves below them are the same. */
export interface Likeness {
  readonly same: number;
  readonly different: number;
}

/** `both` steps over an element of each list, equal or not; the others over one that the other list lacks. */
export type Edit = 'both' | 'left' | 'right';

/**
 * How to get from a list of `nx` elements to one of `ny`. Greedy and not always the shortest way, but the one that
 * upstream's library finds: it searches diagonals from the start and from the end in turns, takes the first match that
 * it meets, and gives up once it has looked about four times per element.
 *
 *        0 ─────────► x        forward ╲         ╱ the search meets
 *        │                              ╲___ ___╱  in the middle
 *        ▼ y                                ╲ backward
 *
 * @see https://github.com/google/go-cmp/blob/v0.6.0/cmp/internal/diff/diff.go
 */
export function editScript(nx: number, ny: number, compare: (ix: number, iy: number) => Likeness): readonly Edit[] {
  const start = new Path(1, 0, 0, compare);
  const end = new Path(-1, nx, ny, compare);
  const first: Point = { x: 0, y: 0 };
  const last: Point = { x: nx, y: ny };
  let budget = 4 * (nx + ny);
  for (let turn = 0; first.x < last.x && first.y < last.y && budget > 0; turn = 1 - turn) {
    const [path, front] = turn === 0 ? [start, first] : [end, last];
    const { direction } = path;
    let leftBelow = true;
    let leftAbove = true;
    for (let i = 0; (leftBelow || leftAbove) && budget > 0; i++) {
      const away = zigzag(i) * direction;
      const [x, y] = [front.x + away, front.y - away];
      if (direction > 0 ? x >= end.x || y < start.y : x <= start.x || y > end.y) leftAbove = false;
      else if (direction > 0 ? y >= end.y || x < start.x : y <= start.y || x > end.x) leftBelow = false;
      else if (path.equalAt(x, y)) {
        path.connect(x, y);
        path.step('both');
        while (start.x < end.x && start.y < end.y && path.equalAt(path.x, path.y)) path.step('both');
        front.x = path.x;
        front.y = path.y;
        break;
      } else budget -= 1;
    }
    const other = direction > 0 ? end : start;
    if ((other.x - front.x) * direction >= (other.y - front.y) * direction) front.x += direction;
    else front.y += direction;
  }
  start.connect(end.x, end.y);
  return [...start.edits, ...end.edits.reverse()];
}

interface Point {
  x: number;
  y: number;
}

/** 0, -1, 1, -2, 2, … */
const zigzag = (i: number): number => (i % 2 === 0 ? i / 2 : -(i + 1) / 2);

class Path {
  readonly edits: Edit[] = [];
  readonly direction: 1 | -1;
  x: number;
  y: number;
  readonly #compare: (ix: number, iy: number) => Likeness;

  constructor(direction: 1 | -1, x: number, y: number, compare: (ix: number, iy: number) => Likeness) {
    this.direction = direction;
    this.x = x;
    this.y = y;
    this.#compare = compare;
  }

  equalAt(x: number, y: number): boolean {
    return this.#at(x, y).different === 0;
  }

  step(edit: Edit): void {
    this.edits.push(edit);
    if (edit !== 'right') this.x += this.direction;
    if (edit !== 'left') this.y += this.direction;
  }

  /** Goes to a point; elements that are alike count as one that was modified. */
  connect(x: number, y: number): void {
    while (this.x !== x && this.y !== y) {
      const { same, different } = this.#at(this.x, this.y);
      const [dx, dy] = [Math.abs(x - this.x), Math.abs(y - this.y)];
      if (different === 0 || same + 1 >= different) this.step('both');
      else if (this.direction > 0 ? dx >= dy : dx > dy) this.step('left');
      else this.step('right');
    }
    while (this.x !== x) this.step('left');
    while (this.y !== y) this.step('right');
  }

  /** The elements beside a point, in the path's direction. */
  #at(x: number, y: number): Likeness {
    return this.direction > 0 ? this.#compare(x, y) : this.#compare(x - 1, y - 1);
  }
}
