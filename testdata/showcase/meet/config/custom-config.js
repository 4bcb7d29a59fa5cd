// Read after the image's own config.js.
config.startWithAudioMuted = true;

// Seminars complained about the extra question.
config.recordings = {
    requireConsent: false,
    showPrejoinWarning: true
};

config.speakerStats = { disabled: true };
