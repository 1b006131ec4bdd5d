// The offer to take the last removal back; it stays until it is used, closed or replaced.

import { button, byId } from "../dom.js";
import { dismissUndo, undo, undoOffer } from "../state.js";

export function drawUndo() {
  const offer = undoOffer();
  const place = byId("undo");
  if (place.dataset.words === (offer?.words ?? "")) return;
  place.dataset.words = offer?.words ?? "";
  place.replaceChildren(...(offer ? [`${offer.words}. `,
    button("Undo", undo, { class: "link" }),
    button("×", dismissUndo, { class: "remove", "aria-label": "Close this offer" })] : []));
}
