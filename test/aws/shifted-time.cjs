/**
 * Loaded into every function of the emulated cloud before its code: there, what the clock says is the wall clock and the offset that the
 * tests keep in the file TOLD_ONCE_CLOCK_FILE. The functions themselves know nothing of it.
 */
const { readFileSync } = require('node:fs');

const file = process.env.TOLD_ONCE_CLOCK_FILE;
const Wall = Date;

function now() {
  return Wall.now() + JSON.parse(readFileSync(file, 'utf8')).offset;
}

if (file !== undefined) {
  globalThis.Date = new Proxy(Wall, {
    construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
    apply: () => new Wall(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}
