/** The time, handed in. The pure folders never read a clock; whoever calls them does, through this. */
export interface Clock {
  now(): Date;
}
