"""All tracking scores of one recording."""

from dataclasses import dataclass

from inference.evaluation.hota import hota
from inference.evaluation.identity import idf1, precision_recall
from inference.evaluation.points import TrackPoints, compare


@dataclass(frozen=True, slots=True)
class TrackingScores:
    """How well predicted tracks agree with the true ones.

    Attributes:
        hota: HOTA, 0 to 1, as are all the following.
        det_a: Its detection part.
        ass_a: Its association part.
        idf1: Share of points with the right identity.
        precision: Share of predicted points that are on a true cell.
        recall: Share of true points that were found.
        truth_tracks: Number of true tracks.
        predicted_tracks: Number of predicted tracks.
    """

    hota: float
    det_a: float
    ass_a: float
    idf1: float
    precision: float
    recall: float
    truth_tracks: int
    predicted_tracks: int


def evaluate_tracks(truth: TrackPoints, predicted: TrackPoints, frames: int) -> TrackingScores:
    """Score predicted tracks against the true ones in frames 0 to `frames` - 1.

    Similarity is 1 - d / 20 px between centres; IDF1, precision and recall are taken at 0.5.
    """
    compared = compare(truth, predicted, frames)
    whole = hota(compared)
    precision, recall = precision_recall(compared)
    return TrackingScores(
        hota=whole.hota,
        det_a=whole.det_a,
        ass_a=whole.ass_a,
        idf1=idf1(compared),
        precision=precision,
        recall=recall,
        truth_tracks=len(set(truth.first(frames).track_id.tolist())),
        predicted_tracks=len(set(predicted.first(frames).track_id.tolist())),
    )
