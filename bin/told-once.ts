import { toldOnceApp } from '../lib/app.ts';

toldOnceApp().app.synth();
