// Where a JSON text has the value of a JSON pointer (RFC 6901).

/** The value's first and last character, and its line, from 1. */
export type Place = { start: number; end: number; line: number };

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

/**
 * The place of the value to which the path leads, or else of the closest one around it: a missing
 * member has no place. The text is valid JSON.
 */
export function placeOf(json: string, path: string[]): Place {
  const tokens = [...json.matchAll(TOKEN)].map(({ 0: text, index }) => ({ text, index }));
  let next = 0;
  let closest = { start: 0, end: json.length, left: path.length };
  const take = () => tokens[next++] ?? { text: "", index: json.length };
  const follows = (text: string) => next >= tokens.length || text.includes(tokens[next]!.text);

  /** Reads one value. `left` is how much of the path leads on from it, if it is on the path. */
  const read = (left: number | undefined) => {
    const open = take();
    if (open.text === "{" || open.text === "[") {
      for (let index = 0; !follows("}]"); index += 1) {
        const name = open.text === "[" ? String(index) : escaped(JSON.parse(take().text));
        if (open.text === "{") {
          take();
        }
        const isNext = left && name === path[path.length - left];
        read(isNext ? left - 1 : undefined);
        if (follows(",")) {
          take();
        }
      }
      take();
    }
    const last = tokens[next - 1] ?? open;
    // Of two members with one name, JSON has the last one.
    if (left !== undefined && left <= closest.left) {
      closest = { start: open.index, end: last.index + last.text.length, left };
    }
  };
  read(path.length);
  const { start, end } = closest;
  return { start, end, line: json.slice(0, start).split("\n").length };
}

/** A name as a pointer has it. */
function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
