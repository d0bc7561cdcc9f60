import { Fault } from '../../domain/errors/errors.ts';

export interface DescribedError {
  readonly name: string;
  readonly code?: string;
  /** Only of our own Faults, whose messages are static. */
  readonly message?: string;
  readonly status?: number;
  /** AWS's id of the request, for its support. */
  readonly requestId?: string;
  readonly frames?: readonly string[];
  readonly cause?: DescribedError;
}

const mostFrames = 12;
const mostCauses = 4;
/** A name or code is a word; anything else could be somebody's sentence. */
const word = /^[A-Za-z]\w{0,63}$/;
const token = /^[\w-]{1,80}$/;
/** A frame ends with a place in a file, or names native code. */
const frame = /^ {4}at (?:.*[( ])?(?:[\w@./:\\%-]+:\d+:\d+|native|<anonymous>|node:internal\S*)\)?$/;

/**
 * An error without its message: libraries quote in it what they were given, and what we give them is what patients say. What is left
 * tells where and what kind; the data that belongs with it is logged beside it by whoever knows what it is.
 */
export function describedError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error };
  const name = word.test(error.name) ? error.name : 'Error';
  const code = 'code' in error && typeof error.code === 'string' && word.test(error.code) ? error.code : undefined;
  const metadata = '$metadata' in error ? metadataOf(error.$metadata) : {};
  const frames = framesOf(error);
  return {
    name,
    ...(code === undefined ? {} : { code }),
    ...(error instanceof Fault ? { message: error.message } : {}),
    ...metadata,
    ...(frames.length === 0 ? {} : { frames }),
    ...(error.cause === undefined || depth >= mostCauses ? {} : { cause: describedError(error.cause, depth + 1) }),
  };
}

/**
 * The stack repeats the message first; only what follows it is read, and of that only lines that look like frames. Where the message
 * is not found at the start (it was changed later), the stack is left out.
 */
function framesOf({ stack = '', message }: Error): readonly string[] {
  const at = message === '' ? 0 : stack.indexOf(message);
  if (at < 0) return [];
  const lines = stack
    .slice(at + message.length)
    .split('\n')
    .slice(1);
  return lines
    .filter((line) => frame.test(line))
    .slice(0, mostFrames)
    .map((line) => line.trim());
}

function metadataOf(metadata: unknown): { status?: number; requestId?: string } {
  if (typeof metadata !== 'object' || metadata === null) return {};
  const status = 'httpStatusCode' in metadata ? metadata.httpStatusCode : undefined;
  const requestId = 'requestId' in metadata ? metadata.requestId : undefined;
  return {
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof requestId === 'string' && token.test(requestId) ? { requestId } : {}),
  };
}
