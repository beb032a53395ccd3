import { Declaration } from "consentry/react";

export default function Second() {
  return <Declaration id="second" />;
}
