/** The page with what stands between its marks written anew, by the marks' names. */
export function betweenMarks(page: string, file: string, tables: Readonly<Record<string, () => string>>): string {
  return Object.entries(tables).reduce((text, [name, table]) => {
    const [begin, end] = [`<!-- ${name}: written by npm run docs -->`, `<!-- end of ${name} -->`];
    const [before, rest] = text.split(begin);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) throw new Error(`${file} lacks the marks of ${name}`);
    return `${before}${begin}\n${table()}\n${end}${after}`;
  }, page);
}
