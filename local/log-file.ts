import { createWriteStream } from 'node:fs';

/** Log lines to a file beside the data, and to whoever looks on. */
export function createLogFile(
  file: string,
  show?: (line: string) => void,
): { write(line: string): void; close(): Promise<void> } {
  const stream = createWriteStream(file, { flags: 'a' });
  return {
    write: (line) => {
      stream.write(line);
      show?.(line.trimEnd());
    },
    close: () => new Promise((resolve) => stream.end(resolve)),
  };
}
