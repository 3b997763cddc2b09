/** The script with which the quiz fills its database. */
export const QUIZ_QUESTIONS = `db.getSiblingDB("kiada").questions.insertMany([
  {
    id: 1,
    text: "What does kubectl explain show?",
    answers: ["The objects of a type", "The fields of a type", "The state of an object"],
    correctAnswerIndex: 1,
  },
  {
    id: 2,
    text: "When is a Pod behind a Service?",
    answers: ["When its labels match the selector", "When it has the Service's name", "When it is in the Service's list"],
    correctAnswerIndex: 0,
  },
  {
    id: 3,
    text: "Which probe restarts a container?",
    answers: ["The readiness probe", "The liveness probe", "Either"],
    correctAnswerIndex: 1,
  },
]);
`;
