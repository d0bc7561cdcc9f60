import fc from 'fast-check';

/** Every property draws the same examples on every machine: a red run can be repeated. Change the seed to look elsewhere. */
fc.configureGlobal({ seed: Number(process.env.SEED ?? 20_261_122) });
