"""The contract's functions, file by file: their arguments, without types."""

SIGNATURES = {
    "m0_mlp/layers.py": {
        "Linear.__init__": "self, in_features, out_features, bias=True, *, rng=None",
        "Linear.forward": "self, x",
        "Linear.backward": "self, dL_dy",
        "ReLU.forward": "self, x",
        "Sigmoid.forward": "self, x",
        "Tanh.forward": "self, x",
    },
    "m0_mlp/losses.py": {
        "MSELoss.forward": "self, prediction, target",
        "MSELoss.backward": "self",
        "CrossEntropyLoss.forward": "self, logits, targets",
        "CrossEntropyLoss.backward": "self",
    },
    "m0_mlp/gradcheck.py": {
        "numerical_gradient": "f, x, eps=1e-06",
        "relative_error": "a, b",
        "check_layer": "layer, x, *, eps=1e-06, rng=None",
    },
    "m0_mlp/mlp.py": {
        "TwoLayerMLP.__init__": "self, input_size=784, hidden_size=128, num_classes=10, *, rng=None",
        "TwoLayerMLP.train_step": "self, x, y, lr=0.01",
        "TwoLayerMLP.predict": "self, x",
        "TwoLayerMLP.evaluate": "self, x, y",
    },
    "m1_cnn/conv.py": {
        "Conv2d.__init__": "self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None",
        "Conv2d.forward": "self, x",
        "Conv2d.backward": "self, dL_dy",
    },
    "m1_cnn/pool.py": {
        "MaxPool2d.__init__": "self, kernel_size, stride=None",
        "AvgPool2d.__init__": "self, kernel_size, stride=None",
        "Flatten.forward": "self, x",
    },
    "m1_cnn/batchnorm.py": {"BatchNorm2d.__init__": "self, num_features, eps=1e-05, momentum=0.1"},
    "m1_cnn/lenet.py": {"LeNet.__init__": "self, num_classes=10"},
    "m1_cnn/resnet.py": {
        "BasicBlock.__init__": "self, in_channels, out_channels, stride=1",
        "ResNetMini.__init__": "self, num_classes=10",
    },
    "m2_rnn/embedding.py": {
        "Embedding.__init__": "self, num_embeddings, embedding_dim, *, rng=None",
        "Embedding.forward": "self, ids",
    },
    "m2_rnn/rnn.py": {
        "RNN.__init__": "self, input_size, hidden_size, *, rng=None",
        "RNN.forward": "self, x, h0=None",
        "RNN.backward": "self, dL_doutputs, dL_dh_T=None",
        "clip_by_norm": "grads, max_norm",
    },
    "m2_rnn/lstm.py": {
        "LSTM.__init__": "self, input_size, hidden_size, *, rng=None",
        "LSTM.forward": "self, x, state=None",
        "LSTM.backward": "self, dL_doutputs, dL_dstate=None",
    },
    "m2_rnn/gru.py": {
        "GRU.__init__": "self, input_size, hidden_size, *, rng=None",
        "GRU.forward": "self, x, h0=None",
        "GRU.backward": "self, dL_doutputs, dL_dh_T=None",
    },
    "m2_rnn/sentiment.py": {
        "SentimentLSTM.__init__": "self, vocab_size, embedding_dim=128, hidden_size=128, num_classes=2, padding_idx=0, dropout=0.5",
        "SentimentLSTM.forward": "self, tokens, lengths",
    },
    "m3_attention/attention.py": {
        "softmax": "x, axis=-1",
        "scaled_dot_product_attention": "q, k, v, mask=None",
        "scaled_dot_product_attention_backward": "dL_doutput, q, k, v, weights",
    },
    "m3_attention/scores.py": {
        "bahdanau_attention": "query, keys, values, W_q, W_k, v, mask=None",
        "luong_attention": "query, keys, values, score='dot', W=None, v=None, mask=None",
    },
    "m3_attention/layernorm.py": {
        "LayerNorm.__init__": "self, d_model, eps=1e-05",
    },
    "m3_attention/multihead.py": {
        "MultiHeadAttention.__init__": "self, d_model, num_heads, *, rng=None",
        "MultiHeadAttention.forward": "self, x, mask=None",
    },
    "m3_attention/encoder.py": {
        "sinusoidal_positions": "length, d_model",
        "FeedForward.__init__": "self, d_model, d_ff, *, rng=None",
        "FeedForward.forward": "self, x",
        "TransformerEncoderBlock.__init__": "self, d_model, num_heads, d_ff, norm_first=False, *, rng=None",
        "TransformerEncoderBlock.forward": "self, x, mask=None",
    },
    "m3_attention/classifier.py": {
        "EncoderClassifier.__init__": "self, vocab_size, num_classes, d_model=128, num_heads=4, d_ff=256, num_layers=2, max_length=256, padding_idx=0, dropout=0.1",
        "EncoderClassifier.forward": "self, tokens",
    },
    "m4_optimisers/sgd.py": {
        "SGD.__init__": "self, params, lr=0.01, momentum=0.0, nesterov=False, weight_decay=0.0",
        "SGD.step": "self, grads",
    },
    "m4_optimisers/rmsprop.py": {
        "RMSProp.__init__": "self, params, lr=0.01, alpha=0.99, eps=1e-08, weight_decay=0.0, momentum=0.0",
        "RMSProp.step": "self, grads",
    },
    "m4_optimisers/adam.py": {
        "Adam.__init__": "self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.0",
        "Adam.step": "self, grads",
        "AdamW.__init__": "self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.01",
    },
    "m4_optimisers/schedules.py": {
        "step_decay": "step, *, base_lr, step_size, gamma=0.1",
        "cosine_annealing": "step, *, base_lr, total_steps, min_lr=0.0",
        "linear_warmup": "step, *, base_lr, warmup_steps",
    },
    "m5_autograd/nn.py": {
        "Module.parameters": "self",
        "Module.zero_grad": "self",
        "Linear.__init__": "self, in_features, out_features, *, rng=None",
        "MLP.__init__": "self, sizes, *, rng=None",
        "cross_entropy": "logits, targets",
    },
    "m5_autograd/tensor.py": {
        "Tensor.__init__": "self, data, requires_grad=False",
        "Tensor.backward": "self, grad=None",
        "Tensor.zero_grad": "self",
        "Tensor.detach": "self",
    },
    "m6_language/bpe.py": {
        "split": "text",
        "train_bpe": "texts, vocab_size",
        "BPETokeniser.__init__": "self, merges",
        "BPETokeniser.encode": "self, text",
        "BPETokeniser.decode": "self, ids",
    },
    "m6_language/rmsnorm.py": {
        "RMSNorm.__init__": "self, d_model, eps=1e-06",
        "RMSNorm.forward": "self, x",
        "RMSNorm.backward": "self, dL_dy",
    },
    "m6_language/rotary.py": {
        "rotary_angles": "length, dim, base=10000.0",
        "rotate": "x, angles",
        "rotate_backward": "dL_dy, angles",
    },
    "m6_language/causal.py": {
        "KVCache.__init__": "self",
        "CausalSelfAttention.__init__": "self, d_model, num_heads, num_kv_heads=None, *, rng=None",
        "CausalSelfAttention.forward": "self, x, cache=None",
        "CausalSelfAttention.backward": "self, dL_dy",
    },
    "m6_language/swiglu.py": {
        "SwiGLU.__init__": "self, d_model, d_ff, *, rng=None",
        "SwiGLU.forward": "self, x",
        "SwiGLU.backward": "self, dL_dy",
    },
    "m6_language/decoder.py": {
        "DecoderBlock.__init__": "self, d_model, num_heads, d_ff, num_kv_heads=None, *, rng=None",
        "DecoderBlock.forward": "self, x, cache=None",
        "DecoderBlock.backward": "self, dL_dy",
    },
    "m6_language/sampling.py": {
        "token_probabilities": "logits, temperature=1.0, top_k=None, top_p=None",
        "generate": "next_logits, prompt, count, *, rng, temperature=1.0, top_k=None, top_p=None",
    },
    "m6_language/model.py": {
        "LanguageModel.__init__": "self, vocab_size, d_model=128, num_heads=4, num_layers=4, d_ff=None, max_length=256, "
        "dropout=0.0",
        "LanguageModel.forward": "self, tokens",
    },
}
